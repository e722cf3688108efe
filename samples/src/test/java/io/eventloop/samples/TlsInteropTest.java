package io.eventloop.samples;

import static io.eventloop.samples.OpenSsl.assertHas;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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

    private OpenSsl openssl;
    private TlsServer server;
    private InetSocketAddress address;

    @BeforeEach
    void makeCertificates() throws Exception {
        openssl = new OpenSsl(folder);
        openssl.issue(
                "wild", "DNS:*.example,DNS:localhost,IP:127.0.0.1", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        openssl.issue("rsa", "DNS:rsa.test", "rsa:2048");
        openssl.issue("client", "DNS:client.test", "rsa:2048");
    }

    @AfterEach
    void closeGroup() {
        group.close();
    }

    private TlsIdentity identity(String name) throws IOException {
        return openssl.identity(name);
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
        return openssl.client(address.getPort(), "hello there\n", "hello there", more);
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
        ClientPolicy needed = new ClientPolicy(ClientAuthentication.NEEDED, openssl.authorities());
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
        openssl.session("R\n", "R", "s_client", "-connect", "127.0.0.1:" + address.getPort(), "-tls1_2");
        Await.until("a refusal", () -> server.metrics().renegotiations() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void speaksToAServerOfOpenSsl(String version) throws Exception {
        int port = Programs.unusedPort();
        Process process = openssl.start(
                "s_server", "-accept", "" + port, "-cert", "wild.pem", "-key", "wild.key", "-rev", version);
        try {
            process.inputReader(UTF_8).lines().anyMatch(line -> line.startsWith("ACCEPT"));
            TlsClient client =
                    TlsContext.client().authorities(openssl.authorities()).build();
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
        int unused = Programs.unusedPort();
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
                openssl.file("wild.pem"),
                "--key",
                openssl.file("wild.key"))) {
            int port = sample.address().getPort();
            String body =
                    Programs.run("curl", "-sS", "--cacert", openssl.file("ca.pem"), "https://localhost:" + port + "/");
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
