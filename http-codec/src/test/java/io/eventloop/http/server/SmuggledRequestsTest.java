package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.post;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests inside of other requests' bodies, tunnels and broken ends, which nobody may take for requests. */
@Timeout(60)
final class SmuggledRequestsTest {
    private static final String SMUGGLED = get("/smuggled");

    /** Which paths get to a handler that answers with this status and reads no body. */
    private static List<String> handled(HttpStatus status, String bytes) throws IOException {
        List<String> paths = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            paths.add(exchange.request().path());
            exchange.send(status);
        })) {
            rig.answer(bytes);
        }
        return paths;
    }

    /** A13: content that nobody read is content all the same; behind chunks, whose end is not known, nothing is read. */
    @Test
    void takesNoUnreadBodyForARequest() throws IOException {
        String chunked = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(SMUGGLED.length()) + "\r\n" + SMUGGLED + "\r\n0\r\n\r\n";
        for (HttpStatus status : new HttpStatus[] {HttpStatus.OK, HttpStatus.FORBIDDEN, HttpStatus.NO_CONTENT}) {
            assertEquals(List.of("/a", "/b"), handled(status, post("/a", SMUGGLED) + get("/b")));
            assertEquals(List.of("/a"), handled(status, chunked + get("/b")));
        }
    }

    /** A13: a body that comes without waiting for the 100, to a handler that does not ask for it. */
    @Test
    void takesNoBodyForARequestThatCameBeforeItsContinue() throws IOException {
        String head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ";
        String early = head + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED;
        assertEquals(List.of("/a"), handled(HttpStatus.OK, early));
        assertEquals(List.of("/a"), handled(HttpStatus.EXPECTATION_FAILED, early));
    }

    /** A13, RFC 9931: what is behind a CONNECT may be meant for the tunnel, so a refusal ends the connection. */
    @Test
    void takesNothingBehindARefusedConnectForARequest() throws IOException {
        String connect = "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n";
        List<String> paths = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            paths.add(exchange.request().target());
            exchange.send(HttpStatus.FORBIDDEN);
        })) {
            String answer = rig.lastAnswer(connect + SMUGGLED);
            assertEquals("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answer);
            assertEquals(List.of("a:443"), paths);
        }
    }

    /** A16: wherever it is cut, and however, the connection ends and the loop has nothing left to do. */
    @Test
    void endsAChunkedRequestThatIsCutAnywhere() throws IOException {
        String chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=\"y\"\r\nabc\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n";
        int[] completed = new int[1];
        try (ServerRig rig = ServerRig.of(exchange -> exchange.readBody(1000, (same, body) -> {
            completed[0]++;
            same.send(HttpStatus.OK);
        }))) {
            for (int length = 1; length < chunked.length(); length++) {
                String part = chunked.substring(0, length);
                ScriptedPeer ended = rig.send(part).shutdownOutput();
                rig.send(part).pause(Duration.ofMillis(1)).reset();
                rig.awaitEnd(ended);
                String answer = received(ended);
                assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 400 "), answer);
            }
            assertEquals(0, completed[0]);
            assertEquals(0, rig.server.metrics().activeConnections());
            long turns = rig.group.metrics().turns();
            rig.pass(Duration.ofMinutes(1));
            assertTrue(rig.group.metrics().turns() - turns < 20, "the loop is busy with nobody");
        }
    }
}
