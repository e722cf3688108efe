package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.eventloop.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A responder gets so much time, and so much memory. */
class OcspHttpTest {
    private final OcspHttp http = new OcspHttp(Environment.system().clock(), OcspHttp.WAIT);
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer responder;
    private String base;

    @BeforeEach
    void startResponder() throws IOException {
        responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        responder.createContext("/echo", exchange -> answer(exchange, 200, request(exchange)));
        responder.createContext("/most", exchange -> answer(exchange, 200, new byte[OcspHttp.MAX_RESPONSE_BYTES]));
        responder.createContext("/more", exchange -> answer(exchange, 200, new byte[OcspHttp.MAX_RESPONSE_BYTES + 1]));
        responder.createContext("/elsewhere", exchange -> {
            exchange.getResponseHeaders().add("Location", base + "/echo/");
            answer(exchange, 302, new byte[1]);
        });
        responder.start();
        base = "http://127.0.0.1:" + responder.getAddress().getPort();
    }

    @AfterEach
    void stopResponder() {
        responder.stop(0);
    }

    private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        asked.incrementAndGet();
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] request(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            return exchange.getRequestBody().readAllBytes();
        }
        String path = exchange.getRequestURI().getRawPath().substring("/echo/".length());
        return Base64.getDecoder().decode(URLDecoder.decode(path, StandardCharsets.US_ASCII));
    }

    private byte[] fetch(String path, int requestBytes) throws IOException {
        byte[] request = new byte[requestBytes];
        java.util.Arrays.fill(request, (byte) 0xFF);
        return http.fetch(URI.create(base + path), request);
    }

    private void fails(String message, String path) {
        assertEquals(
                message, assertThrows(IOException.class, () -> fetch(path, 70)).getMessage());
    }

    /** RFC 6960 appendix A.1: in the path, with whatever base64 has escaped; or as the body, if it is long. */
    @Test
    void asksByTheAddressOrByTheBody() throws IOException {
        for (int length : new int[] {1, 70, 200, 1000}) {
            byte[] all = fetch("/echo/", length);
            assertEquals(length, all.length);
            assertArrayEquals(all, fetch("/echo/", length));
        }
    }

    @Test
    void takesNoMoreThanAResponseHas() throws IOException {
        assertEquals(OcspHttp.MAX_RESPONSE_BYTES, fetch("/most", 70).length);
        fails("the response has more than 65536 bytes", "/more");
    }

    @Test
    void followsNobody() {
        fails("the responder answers with status 302", "/elsewhere");
        fails("the responder answers with status 404", "/nowhere");
        assertEquals(1, asked.get());
    }

    @Test
    void givesUpOnAResponseThatTrickles() {
        long[] now = {0};
        OcspHttp slow = new OcspHttp(() -> now[0] += OcspHttp.TOTAL.toNanos() + 1, OcspHttp.WAIT);
        IOException e = assertThrows(IOException.class, () -> slow.fetch(URI.create(base + "/most"), new byte[70]));
        assertEquals("the response takes more than PT15S", e.getMessage());
    }

    @Test
    void givesUpOnAResponderThatSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            OcspHttp hasty = new OcspHttp(Environment.system().clock(), Duration.ofMillis(20));
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            assertThrows(SocketTimeoutException.class, () -> hasty.fetch(uri, new byte[70]));
        }
    }
}
