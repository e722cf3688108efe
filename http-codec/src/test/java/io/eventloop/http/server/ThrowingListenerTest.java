package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.HttpStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A failure listener that fails itself, over real sockets: the simulated network takes that for a failure of the test. */
@Timeout(60)
final class ThrowingListenerTest {
    /** Sends a request in two pieces, each read by itself. Returns the first line of the answer; empty for a reset. */
    private static String get(EventLoop loop, HttpServer server, String path) throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.address();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            byte[] begin = ("GET " + path + " HTTP/1.1\r\n").getBytes(StandardCharsets.US_ASCII);
            long receivedThen = loop.metrics().bytesReceived() + begin.length;
            client.getOutputStream().write(begin);
            while (loop.metrics().bytesReceived() < receivedThen) {
                Thread.onSpinWait();
            }
            client.getOutputStream().write("Host: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines().findFirst().orElse("");
        } catch (SocketException e) {
            return "";
        }
    }

    /** What was borrowed for a head in pieces was not given back: its place and its deadline met nobody, and failed. */
    @Test
    void harmsNoOtherConnection() throws IOException {
        HttpServerLimits limits = HttpServerLimits.builder().maxPartialHeads(1).build();
        try (EventLoopGroup group =
                        EventLoopGroup.builder().loops(1).transport("nio").build();
                HttpServer server = HttpServer.builder()
                        .limits(limits)
                        .handler(exchange -> {
                            if (exchange.request().pathIs("/fails")) {
                                throw new IOException("a failure that is meant to be");
                            }
                            exchange.send(HttpStatus.OK);
                        })
                        .failureListener((what, failure) -> {
                            throw new IllegalStateException("a listener that is meant to fail");
                        })
                        .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            EventLoop loop = group.loops().get(0);
            assertEquals("", get(loop, server, "/fails"));
            assertTrue(get(loop, server, "/").startsWith("HTTP/1.1 200 "));
            assertEquals(0, server.metrics().partialHeadsEnded());
        }
    }
}
