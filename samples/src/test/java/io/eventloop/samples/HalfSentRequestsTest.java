package io.eventloop.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern PORT = Pattern.compile("listening on \\S*:(\\d+)");

    private static void requireDescriptors() {
        boolean isEnough = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() >= DESCRIPTORS;
        if (!isEnough) {
            System.out.println("skipped: a process may not have " + DESCRIPTORS + " descriptors");
            Assumptions.abort("too few descriptors");
        }
    }

    private static String ask(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(Await.PATIENCE_SECONDS * 1000);
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
            Matcher listening = PORT.matcher(sample.line("listening on"));
            assertTrue(listening.find());
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(listening.group(1)));
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
            sample.terminate();
            String figures = sample.line("requests");
            int served = CONNECTIONS / ROUND + 1;
            assertTrue(figures.contains("connections " + (CONNECTIONS + served) + ", requests " + served), figures);
            assertTrue(figures.contains("2=" + served) && figures.contains("5=0"), figures);
            assertEquals(128 + 15, sample.exitStatus());
        } finally {
            for (SocketChannel channel : half) {
                channel.close();
            }
        }
    }
}
