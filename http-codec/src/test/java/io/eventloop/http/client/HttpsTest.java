package io.eventloop.http.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Environment;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.Router;
import io.eventloop.pool.PoolOptions;
import io.eventloop.testing.ManualClock;
import io.eventloop.tls.ClientAuthentication;
import io.eventloop.tls.ClientPolicy;
import io.eventloop.tls.TlsClient;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code https} on the sockets of this machine. Every name is this machine's. */
@Timeout(60)
class HttpsTest {
    private static final TlsIdentity IDENTITY = TestCertificate.identity();
    private static final int MAX_BYTES = 2 << 20;

    private EventLoopGroup group = group(Environment.system());
    private HttpClient client;
    private TlsServer tls;
    private int port;

    private static EventLoopGroup group(Environment environment) {
        return EventLoopGroup.builder()
                .transport("nio")
                .loops(1)
                .environment(environment)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            onLoop(() -> {
                client.close();
                return true;
            });
            assertEquals(0, client.metrics().active());
            assertEquals(0, client.metrics().securePool().leased());
        }
        group.close();
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        group.next().execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private HttpServer listen(HttpServer.Builder builder) throws Exception {
        Router routes = Router.builder()
                .get("/", exchange -> exchange.send(HttpReply.text("hello")))
                .get(
                        "/there",
                        exchange -> exchange.send(HttpReply.of(HttpStatus.FOUND)
                                .with(HeaderName.LOCATION, "https://a.example:" + port + "/")))
                .post(
                        "/echo",
                        exchange -> exchange.readBody(
                                MAX_BYTES,
                                (same, body) ->
                                        same.send(HttpReply.of(HttpStatus.OK, "application/octet-stream", body))))
                .build();
        return builder.handler(routes).listen(group, anyPort());
    }

    private void serve(TlsServer.Builder builder) throws Exception {
        tls = builder.build();
        HttpServer server = listen(HttpServer.builder().layer(tls::acceptor));
        port = ((InetSocketAddress) server.address()).getPort();
    }

    private static TlsServer.Builder server() {
        return TlsContext.server().hosts(TlsHosts.of(IDENTITY)).applicationProtocols("http/1.1");
    }

    private void open(TlsClient secure) throws Exception {
        open(HttpClient.builder(group.next()).tls(secure));
    }

    private void open(HttpClient.Builder builder) throws Exception {
        client = onLoop(() -> builder.resolver(
                        host -> CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress())))
                .build());
    }

    private static HttpClientOptions.Builder options() {
        return HttpClientOptions.builder().maxWholeBytes(MAX_BYTES);
    }

    private WholeResponse get(String host) throws Exception {
        return send(ClientRequest.get("https://" + host + ":" + port + "/"));
    }

    private WholeResponse send(ClientRequest request) throws Exception {
        return client.fetch(request).get(50, TimeUnit.SECONDS);
    }

    private void refuses(Kind kind, String message, String host) {
        Throwable cause =
                assertThrows(ExecutionException.class, () -> get(host)).getCause();
        HttpClientException failure = (HttpClientException) cause;
        assertEquals(kind, failure.kind(), failure::toString);
        assertTrue(failure.getMessage().contains(message), failure::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void keepsAConnectionOverTls(String protocol) throws Exception {
        serve(server().protocols(protocol));
        open(HttpClient.builder(group.next())
                .options(options().build())
                .tls(TestCertificate.trusting().build()));
        byte[] content = new byte[1_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >>> 3);
        }
        ClientRequest echo = ClientRequest.builder(HttpMethod.POST, "https://a.example:" + port + "/echo")
                .body(RequestBody.of(content))
                .build();
        for (int i = 0; i < 3; i++) {
            assertEquals("hello", get("a.example").text(US_ASCII));
            assertArrayEquals(content, send(echo).content());
        }
        assertEquals(1, tls.metrics().established());
        assertEquals(5, client.metrics().securePool().reused());
        assertEquals(0, client.metrics().pool().acquired());
    }

    /** What was proved for one name is not good for another, at the same address. */
    @Test
    void keepsConnectionsOfTwoNamesApart() throws Exception {
        serve(server());
        open(TestCertificate.trusting().build());
        get("a.example");
        get("b.example");
        get("a.example");
        assertEquals(2, tls.metrics().established());
    }

    @Test
    void asksForTheNameWithoutItsDotAndVerifiesAddresses() throws Exception {
        serve(TlsContext.server()
                .hosts(TlsHosts.builder().host("a.example", IDENTITY).build()));
        open(TestCertificate.trusting().build());
        assertEquals("hello", get("A.example.").text(US_ASCII));
        refuses(Kind.TLS_FAILED, "unrecognized_name", "127.0.0.1");
        tls.reload(TlsHosts.of(IDENTITY));
        assertEquals("hello", get("127.0.0.1").text(US_ASCII));
    }

    @Test
    void givesAddressesOfIPv6WithoutBrackets() {
        assertEquals("::1", new SecureEndpoint(anyPort(), "[::1]").serverName());
    }

    @Test
    void refusesAnotherName() throws Exception {
        serve(server());
        open(TestCertificate.trusting().build());
        refuses(Kind.TLS_FAILED, "the certificate is not for c.example, but for [a.example, b.example,", "c.example");
        assertEquals(1, client.metrics().failed().get(Kind.TLS_FAILED));
    }

    /**
     * Nothing has to be said for the JDK's trust anchors to count. The first handshake reads them, for which a busy
     * machine takes longer than a handshake may: time stands still.
     */
    @Test
    void trustsNobodyTheJdkDoesNotTrust() throws Exception {
        group.close();
        group = group(new ManualClock(1).environment());
        serve(server());
        open(HttpClient.builder(group.next()));
        refuses(Kind.TLS_FAILED, "unable to find valid certification path", "a.example");
    }

    @Test
    void refusesWhatHasExpired() throws Exception {
        TlsClient trusting = TlsContext.client()
                .authorities(List.of(TestCertificate.authority()))
                .build();
        try (TlsRawServer raw = new TlsRawServer(
                TestCertificate.context("expired"), "TLSv1.3", (secured, below) -> secured.startHandshake())) {
            port = raw.port();
            open(trusting);
            refuses(Kind.TLS_FAILED, "NotAfter: ", "a.example");
        }
    }

    @Test
    void showsItsCertificate() throws Exception {
        ClientPolicy needed = new ClientPolicy(ClientAuthentication.NEEDED, IDENTITY.chain());
        serve(TlsContext.server()
                .hosts(TlsHosts.builder().otherwise(IDENTITY, needed).build()));
        open(TestCertificate.trusting().identity(IDENTITY).build());
        assertEquals("hello", get("a.example").text(US_ASCII));
        onLoop(() -> {
            client.close();
            return true;
        });
        open(TestCertificate.trusting().protocols("TLSv1.2").build());
        refuses(Kind.TLS_FAILED, "Received fatal alert: ", "a.example");
    }

    @Test
    void saysThatAPeerDoesNotSpeakTls() throws Exception {
        port = ((InetSocketAddress) listen(HttpServer.builder()).address()).getPort();
        open(TestCertificate.trusting().build());
        refuses(Kind.TLS_FAILED, "not TLS: a record of type", "a.example");
    }

    @Test
    void failsWhenItDoesNotSpeakTlsItself() throws Exception {
        serve(server());
        open(TestCertificate.trusting().build());
        ClientRequest plain = ClientRequest.get("http://a.example:" + port + "/");
        Throwable cause =
                assertThrows(ExecutionException.class, () -> send(plain)).getCause();
        assertEquals(Kind.CONNECTION_LOST, ((HttpClientException) cause).kind());
        assertTrue(tls.metrics().notTls() > 0);
    }

    @Test
    void doesNotWaitForAHandshakeForEver() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = silent.getLocalPort();
            open(TestCertificate.trusting()
                    .handshakeTimeout(Duration.ofMillis(20))
                    .build());
            refuses(Kind.TLS_FAILED, "the TLS handshake was not over in time", "a.example");
        }
    }

    @Test
    void countsTheHandshakeAsAPartOfTheConnect() throws Exception {
        PoolOptions pool =
                PoolOptions.builder().connectTimeout(Duration.ofMillis(20)).build();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = silent.getLocalPort();
            open(HttpClient.builder(group.next())
                    .options(options().pool(pool).build())
                    .tls(TestCertificate.trusting().build()));
            refuses(Kind.NO_CONNECTION, "no usable connection to a.example", "a.example");
        }
    }

    @Test
    void speaksHttp11AndNothingElse() throws Exception {
        serve(server().applicationProtocols("h2"));
        open(TestCertificate.trusting().build());
        refuses(Kind.TLS_FAILED, "no_application_protocol", "a.example");
        onLoop(() -> {
            client.close();
            return true;
        });
        open(TestCertificate.trusting().applicationProtocols("h2", "http/1.1").build());
        refuses(Kind.TLS_FAILED, "the peer chose h2", "a.example");
    }

    @Test
    void followsARedirectToHttps() throws Exception {
        serve(server());
        int plain = ((InetSocketAddress) listen(HttpServer.builder()).address()).getPort();
        open(HttpClient.builder(group.next())
                .options(options().maxRedirects(1).build())
                .tls(TestCertificate.trusting().build()));
        assertEquals(
                "hello",
                send(ClientRequest.get("http://a.example:" + plain + "/there")).text(US_ASCII));
    }

    /** RFC 9112 §9.8: the end of a response that the end of its connection tells has to be told by TLS. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void takesNoCutForAnEnd(String protocol) throws Exception {
        boolean[] cuts = {true};
        try (TlsRawServer raw = new TlsRawServer(TestCertificate.context("valid"), protocol, (secured, below) -> {
            TlsRawServer.readHead(secured);
            secured.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\npart".getBytes(US_ASCII));
            if (cuts[0]) {
                below.shutdownOutput();
            } else {
                secured.shutdownOutput();
            }
            below.getInputStream().readAllBytes();
        })) {
            port = raw.port();
            open(TestCertificate.trusting().build());
            refuses(Kind.CONNECTION_LOST, "TLS_TRUNCATED", "a.example");
            cuts[0] = false;
            assertEquals("part", get("a.example").text(US_ASCII));
        }
    }
}
