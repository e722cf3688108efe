package io.eventloop.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand connections that send half a request, to a server with 64 MiB of heap and 32 MiB of direct memory. */
@Timeout(120)
class HalfSentRequestsTest {
    private static final int CONNECTIONS = 10_000;
    private static final int ROUND = 1000;
    private static final int DESCRIPTORS = CONNECTIONS + 1000;
    private static final String HALF = "GET /json HTTP/1.1\r\nHost: a\r\nX-Half";
    private static final String WHOLE = "GET /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static void requireDescriptors() {
        boolean isEnough = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() >= DESCRIPTORS;
        if (!isEnough) {
            System.out.println("skipped: a process may not have " + DESCRIPTORS + " descriptors");
            Assumptions.abort("too few descriptors");
        }
    }

    private static String ask(InetSocketAddress address) throws IOException {
        try (Socket socket = ProxyRig.connect(address)) {
            socket.getOutputStream().write(WHOLE.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void servesOthersWithLittleMemory() throws Exception {
        requireDescriptors();
        List<SocketChannel> half = new ArrayList<>();
        try (SampleProcess sample = SampleProcess.startWithFlags(
                List.of("-Xmx64m", "-XX:MaxDirectMemorySize=32m"),
                "http-server",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--max-connections",
                "" + 2 * CONNECTIONS)) {
            InetSocketAddress address = sample.address();
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel channel = SocketChannel.open(address);
                half.add(channel);
                channel.write(ByteBuffer.wrap(HALF.getBytes(US_ASCII)));
                if (i % ROUND == ROUND - 1) {
                    assertTrue(ask(address).startsWith("HTTP/1.1 200 OK\r\n"));
                }
            }
            for (SocketChannel channel : half) {
                channel.close();
            }
            half.clear();
            assertTrue(ask(address).startsWith("HTTP/1.1 200 OK\r\n"));
            String figures = sample.end();
            int served = CONNECTIONS / ROUND + 1;
            assertEquals(CONNECTIONS + served, SampleProcess.figure(figures, "connections"));
            assertEquals(served, SampleProcess.figure(figures, "requests"));
            assertEquals(served, SampleProcess.figure(figures, "2"));
            assertEquals(0, SampleProcess.figure(figures, "5"));
        } finally {
            for (SocketChannel channel : half) {
                channel.close();
            }
        }
    }
}
