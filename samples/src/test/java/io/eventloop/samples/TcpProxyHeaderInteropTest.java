package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PROXY protocol headers of curl and HAProxy, and nginx behind our proxy that says whom it believes to talk to. */
@Tag("interop")
@Timeout(120)
class TcpProxyHeaderInteropTest {
    @TempDir
    private Path folder;

    /** curl itself sends a header of version 1. */
    @ParameterizedTest
    @CsvSource({"v1", "v2"})
    void passesCurlsHeaderOnToNginx(String toNginx) throws Exception {
        int nginxPort = Programs.unusedPort();
        try (Program nginx = nginx(nginxPort);
                SampleProcess ours = proxy(nginxPort, toNginx)) {
            nginx.awaitPort(nginxPort);
            assertSeesClient(ours.address().getPort(), "--haproxy-protocol");
        }
    }

    @ParameterizedTest
    @CsvSource({"send-proxy, v2", "send-proxy-v2, v1", "send-proxy-v2 proxy-v2-options crc32c, v2"})
    void passesTheHeaderOfHaproxyOnToNginx(String option, String toNginx) throws Exception {
        Programs.require("haproxy");
        int nginxPort = Programs.unusedPort();
        try (Program nginx = nginx(nginxPort);
                SampleProcess ours = proxy(nginxPort, toNginx)) {
            nginx.awaitPort(nginxPort);
            int port = Programs.unusedPort();
            try (Program haproxy = haproxy(port, ours.address().getPort(), option)) {
                haproxy.awaitPort(port);
                assertSeesClient(port);
            }
        }
    }

    /** nginx answers with the address in the header; curl adds the one it has. */
    private static void assertSeesClient(int port, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "60"));
        command.addAll(List.of("-w", "%{local_ip}:%{local_port}"));
        command.addAll(List.of(more));
        command.add("http://127.0.0.1:" + port + "/");
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, curl.waitFor(), output);
        String[] lines = output.split("\n");
        assertEquals(2, lines.length, output);
        assertEquals(lines[1], lines[0]);
    }

    private static SampleProcess proxy(int backendPort, String version) throws IOException {
        Programs.require("curl");
        return SampleProcess.start(
                "tcp-proxy",
                "-l",
                "127.0.0.1",
                "-p",
                "0",
                "-P",
                "" + backendPort,
                "--proxy-protocol-in",
                "--send-proxy",
                version);
    }

    private Program nginx(int port) throws IOException {
        Programs.require("nginx");
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s;
                    proxy_temp_path %1$s;
                    fastcgi_temp_path %1$s;
                    uwsgi_temp_path %1$s;
                    scgi_temp_path %1$s;
                    server {
                        listen 127.0.0.1:%2$d proxy_protocol;
                        return 200 "$proxy_protocol_addr:$proxy_protocol_port\\n";
                    }
                }
                """.formatted(folder, port));
        return new Program("nginx", "-p", folder.toString(), "-e", "stderr", "-c", config.toString());
    }

    private Program haproxy(int port, int serverPort, String option) throws IOException {
        Path config = folder.resolve("haproxy.cfg");
        Files.writeString(config, """
                defaults
                    mode tcp
                    timeout connect 10s
                    timeout client 60s
                    timeout server 60s
                listen front
                    bind 127.0.0.1:%d
                    server ours 127.0.0.1:%d %s
                """.formatted(port, serverPort, option));
        return new Program("haproxy", "-db", "-f", config.toString());
    }

    /** A server that is not ours. */
    private static final class Program implements AutoCloseable {
        private final Process process;

        Program(String... command) throws IOException {
            process = new ProcessBuilder(command).inheritIO().start();
        }

        void awaitPort(int port) {
            Await.until("a server listens on " + port, () -> {
                assertTrue(process.isAlive(), "the server has ended");
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    return socket.isConnected();
                } catch (IOException e) {
                    return false;
                }
            });
        }

        @Override
        public void close() {
            // Each is one process, without children of its own.
            process.destroyForcibly().onExit().join();
        }
    }
}
