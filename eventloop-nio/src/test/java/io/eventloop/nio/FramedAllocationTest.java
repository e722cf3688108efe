package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.BufferPoolOptions;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.contract.OnLoop;
import io.eventloop.framing.Delimiter;
import io.eventloop.framing.FixedLength;
import io.eventloop.framing.FrameEncoder;
import io.eventloop.framing.FrameFormat;
import io.eventloop.framing.FramedHandler;
import io.eventloop.framing.LengthField;
import io.eventloop.framing.Lines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The allocation budget of frames: once warm, a loop that decodes frames and writes each back allocates nothing on the Java
 * heap. Measured as {@link EchoAllocationTest} says.
 */
@Timeout(120)
final class FramedAllocationTest {
    private static final int MAX_ROUNDS = 30;
    private static final int EXCHANGES = 1000;
    private static final int FRAMES = 10;
    private static final int PAYLOAD_BYTES = 100;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static FrameFormat format(String name) {
        return switch (name) {
            case "length" -> LengthField.builder().maxFrameBytes(4096).build();
            case "lines" -> new Lines(Lines.Ending.CRLF, 4096);
            case "delimiter" -> Delimiter.of(new byte[] {1, 2, 1, 3}, 4096);
            default -> new FixedLength(PAYLOAD_BYTES);
        };
    }

    /** Frames one after the other: with one read come several, or a part of one. */
    private static byte[] frames(String name) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < FRAMES; i++) {
            if (name.equals("length")) {
                stream.writeBytes(new byte[] {0, 0, 0, PAYLOAD_BYTES});
            }
            stream.writeBytes(new byte[PAYLOAD_BYTES]);
            if (name.equals("lines")) {
                stream.writeBytes(new byte[] {'\r', '\n'});
            } else if (name.equals("delimiter")) {
                stream.writeBytes(new byte[] {1, 2, 1, 3});
            }
        }
        return stream.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"length", "lines", "delimiter", "fixed"})
    void allocatesNothingPerFrame(String name) throws IOException {
        FrameFormat format = format(name);
        FrameEncoder encoder = format.encoder();
        BufferPoolOptions pool = BufferPoolOptions.builder().guarded(false).build();
        try (EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .transport(new NioTransportProvider())
                .options(LoopOptions.DEFAULT.withBuffers(pool))
                .build()) {
            InetSocketAddress address = (InetSocketAddress) group.listen(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            connection ->
                                    new FramedHandler(format.decoder(), (c, frame) -> encoder.write(c, frame.detach())))
                    .address();
            long loopThread = OnLoop.call(
                    group.loops().get(0), () -> Thread.currentThread().getId());
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                client.setTcpNoDelay(true);
                byte[] message = frames(name);
                List<Long> rounds = new ArrayList<>();
                long allocatedBytes = -1;
                while (allocatedBytes != 0 && rounds.size() < MAX_ROUNDS) {
                    long before = THREADS.getThreadAllocatedBytes(loopThread);
                    exchange(client, message);
                    allocatedBytes = THREADS.getThreadAllocatedBytes(loopThread) - before;
                    rounds.add(allocatedBytes);
                }
                assertEquals(0, allocatedBytes, "bytes allocated on the loop's thread in rounds: " + rounds);
            }
        }
    }

    /** Whole messages and messages in two pieces, in turn. */
    private static void exchange(Socket client, byte[] message) throws IOException {
        byte[] back = new byte[message.length];
        for (int i = 0; i < EXCHANGES; i++) {
            int split = i % 2 == 0 ? message.length : i % message.length;
            client.getOutputStream().write(message, 0, split);
            client.getOutputStream().write(message, split, message.length - split);
            if (client.getInputStream().readNBytes(back, 0, back.length) < back.length) {
                throw new IOException("end of input");
            }
        }
    }
}
