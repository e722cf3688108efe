package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy in a process of its own, between programs that are not ours. */
@Tag("interop")
@Timeout(180)
class TcpProxyInteropTest {
    private static final int FILE_BYTES = 16 << 20;
    private static final int DOWNLOADS = 16;
    private static final Pattern SERVED_PORT = Pattern.compile("port (\\d+)");

    @TempDir
    private Path folder;

    @Test
    void answersCurlWithItsEmbeddedBackend() throws Exception {
        requireTool("curl");
        int unused;
        try (Backend reserved = new Backend()) {
            unused = reserved.address().getPort();
        }
        try (SampleProcess sample =
                SampleProcess.start("tcp-proxy", "-l", "127.0.0.1", "-p", "0", "-P", "" + unused, "--with-backend")) {
            Path body = folder.resolve("greeting");
            Process curl = curl(sample.address(), "", body);
            assertEquals(0, exitStatus(curl));
            assertTrue(Files.readString(body).startsWith("Hello"), Files.readString(body));
        }
    }

    @Test
    void deliversFilesUnchangedToManyAtOnce() throws Exception {
        byte[] content = serveFile();
        Process server = startFileServer();
        try (SampleProcess sample = proxyFor(port(server))) {
            InetSocketAddress address = sample.address();
            List<Process> downloads = new ArrayList<>();
            for (int i = 0; i < DOWNLOADS; i++) {
                downloads.add(curl(address, "file", folder.resolve("copy" + i)));
            }
            for (int i = 0; i < DOWNLOADS; i++) {
                assertEquals(0, exitStatus(downloads.get(i)));
                assertArrayEquals(content, Files.readAllBytes(folder.resolve("copy" + i)));
            }
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void finishesADownloadAfterSigterm() throws Exception {
        byte[] content = serveFile();
        Process server = startFileServer();
        try (SampleProcess sample = proxyFor(port(server))) {
            Path copy = folder.resolve("copy");
            Process curl = curl(sample.address(), "file", copy, "--limit-rate", "8M");
            Await.until("the download is under way", () -> size(copy) > 0);
            sample.terminate();
            sample.line("draining");
            assertTrue(curl.isAlive(), "the download was over before the signal");
            assertEquals(0, exitStatus(curl));
            assertArrayEquals(content, Files.readAllBytes(copy));
            String drained = sample.line("drained");
            assertTrue(drained.endsWith(" connections, 0 aborted"), drained);
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void survivesRunningOutOfDescriptors() throws Exception {
        requireTool("bash");
        try (EventLoopGroup echoes =
                        EventLoopGroup.builder().transport("nio").loops(1).build();
                Listener backend = echoes.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        connection -> new EchoCommand.Echo());
                SampleProcess sample = SampleProcess.startWithDescriptors(
                        64,
                        folder,
                        proxyArguments(((InetSocketAddress) backend.address()).getPort(), "--threads", "1"))) {
            InetSocketAddress address = sample.address();
            Socket first = connect(address);
            assertTrue(isServed(first));
            List<Socket> others = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                others.add(connect(address));
            }
            int served = 0;
            for (Socket socket : others) {
                served += isServed(socket) ? 1 : 0;
                assertTrue(isServed(first), "the first one is disturbed");
            }
            // Two descriptors each.
            assertTrue(served > 0 && served < 32, served + " served");
            for (Socket socket : others) {
                socket.close();
            }
            Await.until("new clients are served again", () -> {
                try (Socket socket = connect(address)) {
                    return isServed(socket);
                } catch (IOException e) {
                    return false;
                }
            });
            first.close();
            sample.terminate();
            String statistics = sample.line("tcp-proxy: accepted");
            assertTrue(!statistics.contains("refused 0, failed connects 0,"), statistics);
        }
    }

    private byte[] serveFile() throws IOException {
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        Files.write(folder.resolve("file"), content);
        return content;
    }

    private Process startFileServer() throws IOException {
        requireTool("curl");
        requireTool("python3");
        return new ProcessBuilder("python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "0")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** The port the file server says it has. */
    private static int port(Process server) throws IOException {
        String line = server.inputReader(StandardCharsets.UTF_8).readLine();
        Matcher port = SERVED_PORT.matcher(line);
        assertTrue(port.find(), line);
        return Integer.parseInt(port.group(1));
    }

    private static SampleProcess proxyFor(int backendPort) throws IOException {
        return SampleProcess.start(proxyArguments(backendPort, "--drain-timeout", "1m"));
    }

    private static String[] proxyArguments(int backendPort, String... more) {
        List<String> arguments = new ArrayList<>(List.of("tcp-proxy", "-l", "127.0.0.1", "-p", "0"));
        arguments.addAll(List.of("-P", "" + backendPort));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static Process curl(InetSocketAddress proxy, String path, Path to, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "--max-time", "120", "-o", "" + to));
        command.addAll(List.of(more));
        command.add("http://127.0.0.1:" + proxy.getPort() + "/" + path);
        return new ProcessBuilder(command).inheritIO().start();
    }

    private static int exitStatus(Process process) throws InterruptedException {
        assertTrue(process.waitFor(150, TimeUnit.SECONDS), "still running");
        return process.exitValue();
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS));
        return socket;
    }

    /** Whether a byte comes back; otherwise the connection has ended. */
    private static boolean isServed(Socket client) {
        try {
            client.getOutputStream().write('x');
            return client.getInputStream().read() == 'x';
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("neither served nor ended", e);
        } catch (IOException e) {
            return false;
        }
    }

    private static void requireTool(String tool) {
        try {
            Process process = new ProcessBuilder(tool, "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.waitFor();
        } catch (IOException e) {
            System.out.println("skipped: " + tool + " is not installed");
            Assumptions.abort(tool + " is not installed");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
