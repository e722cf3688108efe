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
        Programs.require("curl");
        int unused = Programs.unusedPort();
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
        byte[] content = content();
        Files.write(folder.resolve("file"), content);
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

    /** The backend sends the second half once the proxy drains, so that no download is over before. */
    @Test
    void finishesADownloadAfterSigterm() throws Exception {
        Programs.require("curl");
        byte[] content = content();
        int half = content.length / 2;
        try (Backend backend = new Backend();
                SampleProcess sample = proxyFor(backend.address().getPort())) {
            Path copy = folder.resolve("copy");
            Process curl = curl(sample.address(), "file", copy);
            Socket server = backend.next();
            ProxyRig.send(server, "HTTP/1.0 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n");
            server.getOutputStream().write(content, 0, half);
            Await.until("the download is under way", () -> size(copy) > 0);
            sample.terminate();
            sample.line("draining");
            assertTrue(curl.isAlive(), "the download was cut");
            server.getOutputStream().write(content, half, content.length - half);
            assertEquals(0, exitStatus(curl));
            assertArrayEquals(content, Files.readAllBytes(copy));
            server.shutdownOutput();
            String drained = sample.line("drained");
            assertTrue(drained.endsWith(" connections, 0 aborted"), drained);
        }
    }

    @Test
    void survivesRunningOutOfDescriptors() throws Exception {
        Programs.require("bash");
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
            Socket first = ProxyRig.connect(address);
            assertTrue(isServed(first));
            List<Socket> others = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                others.add(ProxyRig.connect(address));
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
                try (Socket socket = ProxyRig.connect(address)) {
                    return isServed(socket);
                } catch (IOException e) {
                    return false;
                }
            });
            first.close();
            String figures = sample.end();
            long unserved = SampleProcess.figure(figures, "refused") + SampleProcess.figure(figures, "failed connects");
            assertTrue(unserved > 0, figures);
        }
    }

    private static byte[] content() {
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        return content;
    }

    private Process startFileServer() throws IOException {
        Programs.require("curl", "python3");
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
        return SampleProcess.start(proxyArguments(backendPort, "--drain-timeout", "1m", "--connect-timeout", "1m"));
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
}
