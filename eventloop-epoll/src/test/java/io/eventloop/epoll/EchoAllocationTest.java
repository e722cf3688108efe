package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.contract.OnLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The allocation budget: once warm, a loop that echoes messages allocates nothing on the Java heap, with the production
 * pool and all deadlines on. Allocation is read from the client's thread, so measuring costs the loop nothing either.
 *
 * <p>While the virtual machine warms up, it allocates on the loop's thread itself: before HotSpot compiles a method with
 * its optimising compiler, the thread whose call crossed the threshold resolves all string constants of the method's
 * class ({@code CompileBroker::compile_method}), a few hundred bytes once per class. With {@code -Xint} or
 * {@code -XX:TieredStopAtLevel=1} there is nothing after the first message. So the test takes rounds until one is free of
 * such a compilation, and that one must be exactly 0: an allocation per message would show in every round.
 */
@Timeout(120)
final class EchoAllocationTest {
    /** Far more than it takes until no class of the message path is left that was not compiled. */
    private static final int MAX_ROUNDS = 30;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private EventLoopGroup group;
    private long loopThread;
    private Socket client;

    /** Moves the bytes it gets to where it sends from, and stops reading while the peer does. */
    private static final class Echo implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            if (!connection.write(in.detach())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            connection.resumeReading();
        }
    }

    @BeforeEach
    void connect() throws IOException {
        BufferPoolOptions pool = BufferPoolOptions.builder().guarded(false).build();
        group = EventLoopGroup.builder()
                .loops(1)
                .transport(new EpollTransportProvider())
                .options(LoopOptions.DEFAULT.withBuffers(pool))
                .build();
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        InetSocketAddress address =
                (InetSocketAddress) group.listen(local, c -> new Echo()).address();
        loopThread =
                OnLoop.call(group.loops().get(0), () -> Thread.currentThread().threadId());
        client = new Socket(address.getAddress(), address.getPort());
        client.setTcpNoDelay(true);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        group.close();
    }

    private void exchange(byte[] message, int count) throws IOException {
        OutputStream out = client.getOutputStream();
        InputStream in = client.getInputStream();
        for (int i = 0; i < count; i++) {
            out.write(message);
            if (in.readNBytes(message, 0, message.length) < message.length) {
                throw new IOException("end of input");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10000", "128, 10000", "8192, 10000", "100000, 1000"})
    void allocatesNothingPerMessage(int messageBytes, int messages) throws IOException {
        byte[] message = new byte[messageBytes];
        List<Long> rounds = new ArrayList<>();
        long allocatedBytes = -1;
        while (allocatedBytes != 0 && rounds.size() < MAX_ROUNDS) {
            long before = THREADS.getThreadAllocatedBytes(loopThread);
            exchange(message, messages);
            allocatedBytes = THREADS.getThreadAllocatedBytes(loopThread) - before;
            rounds.add(allocatedBytes);
        }
        assertEquals(
                0, allocatedBytes, "bytes allocated on the loop's thread in rounds of " + messages + ": " + rounds);
    }
}
