package io.eventloop.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.tls.ClientAuthentication;
import io.eventloop.tls.ClientPolicy;
import io.eventloop.tls.TlsClient;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsInfo;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with OpenSSL on the other side, and with curl. */
@Tag("interop")
@Timeout(120)
class TlsInteropTest {
    @TempDir
    private Path folder;

    private final EventLoopGroup group =
            EventLoopGroup.builder().transport("nio").loops(2).build();

    private TlsServer server;
    private InetSocketAddress address;

    @BeforeEach
    void makeCertificates() throws Exception {
        run(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-days",
                "2",
                "-subj",
                "/CN=Test CA");
        issue("wild", "DNS:*.example,DNS:localhost,IP:127.0.0.1", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        issue("rsa", "DNS:rsa.test", "rsa:2048");
        issue("client", "DNS:client.test", "rsa:2048");
    }

    @AfterEach
    void closeGroup() {
        group.close();
    }

    private void issue(String name, String names, String kind, String... more) throws Exception {
        List<String> request = new ArrayList<>(List.of("req", "-new", "-newkey", kind));
        request.addAll(List.of(more));
        request.addAll(List.of("-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name));
        run(request.toArray(String[]::new));
        java.nio.file.Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + names + "\n");
        run(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-out",
                name + ".pem",
                "-days",
                "2",
                "-extfile",
                name + ".ext");
    }

    private String run(String... arguments) throws Exception {
        return session(new byte[0], arguments);
    }

    /** Runs openssl with an input that ends once the output shows that it was answered. */
    private String session(byte[] input, String... arguments) throws Exception {
        Process process = start(arguments);
        StringBuilder all = new StringBuilder();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try {
                byte[] chunk = new byte[4096];
                for (int n = process.getInputStream().read(chunk);
                        n >= 0;
                        n = process.getInputStream().read(chunk)) {
                    synchronized (all) {
                        all.append(new String(chunk, 0, n, UTF_8));
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (OutputStream in = process.getOutputStream()) {
            if (input.length > 0) {
                String answer = new String(input, UTF_8).strip();
                in.write(input);
                in.flush();
                Await.until("an answer, or the end", () -> {
                    synchronized (all) {
                        return all.indexOf(answer) >= 0 || !process.isAlive();
                    }
                });
            }
        } catch (IOException e) {
            // It ended before, which the test looks at.
            process.destroy();
        }
        assertTrue(process.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "still running: " + all);
        reading.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return all.toString();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private TlsIdentity identity(String name) throws IOException {
        return TlsIdentity.pem(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    private void listen(TlsHosts hosts) throws IOException {
        server = TlsContext.server()
                .hosts(hosts)
                .applicationProtocols("echo/2", "echo/1")
                .build();
        Listener listener = group.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                server.acceptor(connection -> new EchoCommand.Echo()));
        address = (InetSocketAddress) listener.address();
    }

    private String client(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "s_client", "-connect", "127.0.0.1:" + address.getPort(), "-CAfile", "ca.pem", "-verify_return_error"));
        command.addAll(List.of(more));
        return session("hello there\n".getBytes(UTF_8), command.toArray(String[]::new));
    }

    private static void assertHas(String part, String all) {
        assertTrue(all.contains(part), () -> "no '" + part + "' in\n" + all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void servesOpenSslByNameAndProtocol(String version) throws Exception {
        listen(TlsHosts.builder()
                .host("*.example", identity("wild"))
                .host("rsa.test", identity("rsa"))
                .build());
        String out = client(version, "-servername", "rsa.test", "-alpn", "echo/1,echo/2");
        assertHas("hello there", out);
        assertHas("CN = rsa", out);
        assertHas("ALPN protocol: echo/2", out);
        assertHas("Verify return code: 0 (ok)", out);
        assertHas("hello there", client(version, "-servername", "a.example"));
        String refused = client(version, "-servername", "other.test");
        assertHas("unrecognized name", refused);
        assertEquals(1, server.metrics().refusedNames());
    }

    /** must-survive C5: the wildcard's hosts have one identity, and a ticket of one is still not good for the other. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void resumesTicketsUnderTheirOwnNameOnly(String version) throws Exception {
        listen(TlsHosts.builder().host("*.example", identity("wild")).build());
        assertHas("New, TLSv1", client(version, "-servername", "a.example", "-sess_out", "ticket"));
        assertHas("Reused, TLSv1", client(version, "-servername", "a.example", "-sess_in", "ticket"));
        assertEquals(1, server.metrics().resumed());
        String other = client(version, "-servername", "b.example", "-sess_in", "ticket");
        assertFalse(other.contains("Reused"), other);
        assertEquals(1, server.metrics().resumed());
    }

    @Test
    void asksOpenSslForItsCertificate() throws Exception {
        ClientPolicy needed =
                new ClientPolicy(ClientAuthentication.NEEDED, TlsIdentity.authorities(folder.resolve("ca.pem")));
        listen(TlsHosts.builder().otherwise(identity("rsa"), needed).build());
        assertHas("hello there", client("-tls1_3", "-cert", "client.pem", "-key", "client.key"));
        assertHas("hello there", client("-tls1_2", "-cert", "client.pem", "-key", "client.key"));
        String anonymous = client("-tls1_2");
        assertHas("alert", anonymous);
        assertEquals(1, server.metrics().failed());
    }

    @Test
    void refusesToRenegotiateWithOpenSsl() throws Exception {
        listen(TlsHosts.of(identity("rsa")));
        session("R\n".getBytes(UTF_8), "s_client", "-connect", "127.0.0.1:" + address.getPort(), "-tls1_2");
        Await.until("a refusal", () -> server.metrics().renegotiations() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void speaksToAServerOfOpenSsl(String version) throws Exception {
        int port;
        try (Backend reserved = new Backend()) {
            port = reserved.address().getPort();
        }
        Process process =
                start("s_server", "-accept", "" + port, "-cert", "wild.pem", "-key", "wild.key", "-rev", version);
        try {
            process.inputReader(UTF_8).lines().anyMatch(line -> line.startsWith("ACCEPT"));
            TlsClient client = TlsContext.client()
                    .authorities(TlsIdentity.authorities(folder.resolve("ca.pem")))
                    .build();
            Asking asking = new Asking("olleh\n");
            EventLoop loop = group.loops().get(0);
            loop.execute(() -> client.connect(
                    loop,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    ConnectOptions.DEFAULT,
                    "localhost",
                    asking));
            assertEquals("hello\n", asking.answer.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(version.equals("-tls1_3") ? "TLSv1.3" : "TLSv1.2", asking.info.protocol());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void servesCurlThroughTheProxy() throws Exception {
        int unused;
        try (Backend reserved = new Backend()) {
            unused = reserved.address().getPort();
        }
        try (SampleProcess sample = SampleProcess.start(
                "tcp-proxy",
                "-l",
                "127.0.0.1",
                "-p",
                "0",
                "-P",
                "" + unused,
                "--with-backend",
                "--tls",
                "--cert",
                folder.resolve("wild.pem").toString(),
                "--key",
                folder.resolve("wild.key").toString())) {
            int port = sample.address().getPort();
            Process curl = new ProcessBuilder(
                            "curl",
                            "-sS",
                            "--cacert",
                            folder.resolve("ca.pem").toString(),
                            "https://localhost:" + port + "/")
                    .redirectErrorStream(true)
                    .start();
            String body = new String(curl.getInputStream().readAllBytes(), UTF_8);
            assertTrue(body.startsWith("Hello"), body);
        }
    }

    /** Sends a line and waits for one. */
    private static final class Asking implements ConnectionHandler {
        private final String question;
        private final CompletableFuture<String> answer = new CompletableFuture<>();
        private TlsInfo info;

        Asking(String question) {
            this.question = question;
        }

        @Override
        public void onOpen(Connection connection) {
            info = TlsInfo.of(connection).orElseThrow();
            connection.write(question.getBytes(UTF_8));
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            if (in.getByte(in.writeIndex() - 1) == '\n') {
                answer.complete(in.toString(UTF_8));
                in.skip(in.readableBytes());
                connection.close();
            }
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            answer.completeExceptionally(new AssertionError(reason.toString()));
        }
    }
}
