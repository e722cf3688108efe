package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Environment;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.Relay;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The allocation budget: once warm, a loop that echoes or relays messages allocates nothing on the Java heap, with the
 * production pool and all deadlines on. Allocation is read from the client's thread, so measuring costs the loop nothing
 * either.
 *
 * <p>While the virtual machine warms up, it allocates on the loop's thread itself: before HotSpot compiles a method with
 * its optimising compiler, the thread whose call crossed the threshold resolves all string constants of the method's
 * class ({@code CompileBroker::compile_method}), a few hundred bytes once per class. With {@code -Xint} or
 * {@code -XX:TieredStopAtLevel=1} there is nothing after the first message. So the test takes rounds until one is free of
 * such a compilation, and that one must be exactly 0: an allocation per message would show in every round.
 */
@Timeout(120)
public abstract class AllocationContract extends TransportContract {
    /** Far more than it takes until no class of the message path is left that was not compiled. */
    private static final int MAX_ROUNDS = 30;

    /** Of messages through the relay in a round. */
    private static final int RELAYED = 10_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A round of messages. */
    private interface Round {
        void run() throws IOException;
    }

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

    /** Joins the two connections that it gets. */
    private static final class Pairing implements ConnectionHandler {
        private Connection first;

        @Override
        public void onOpen(Connection connection) {
            if (first == null) {
                first = connection;
            } else {
                Relay.join(first, connection);
            }
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            // Left for the relay.
        }
    }

    /** Of production: nothing guarded, and time that passes. */
    @Override
    protected EventLoopGroupBuilder builder() {
        BufferPoolOptions pool = BufferPoolOptions.builder().guarded(false).build();
        return super.builder().options(LoopOptions.DEFAULT.withBuffers(pool)).environment(Environment.system());
    }

    private Socket client(Listener listener) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.address();
        Socket client = closedLater(new Socket(address.getAddress(), address.getPort()));
        client.setTcpNoDelay(true);
        return client;
    }

    private static void exchange(Socket from, Socket to, byte[] message) throws IOException {
        from.getOutputStream().write(message);
        if (to.getInputStream().readNBytes(message, 0, message.length) < message.length) {
            throw new IOException("end of input");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10000", "128, 10000", "8192, 10000", "100000, 1000"})
    void echoesWithoutAllocating(int messageBytes, int messages) throws IOException {
        Socket client = client(listen(c -> new Echo()));
        byte[] message = new byte[messageBytes];
        assertAllocatesNothing(messages, () -> {
            for (int i = 0; i < messages; i++) {
                exchange(client, client, message);
            }
        });
    }

    @Test
    void relaysWithoutAllocating() throws IOException {
        Pairing pairing = new Pairing();
        Listener listener = listen(c -> pairing);
        Socket a = client(listener);
        Socket b = client(listener);
        byte[] message = new byte[200];
        assertAllocatesNothing(RELAYED, () -> {
            for (int i = 0; i < RELAYED / 2; i++) {
                exchange(a, b, message);
                exchange(b, a, message);
            }
        });
    }

    private void assertAllocatesNothing(int messages, Round round) throws IOException {
        long loopThread = OnLoop.call(loop(), () -> Thread.currentThread().getId());
        List<Long> rounds = new ArrayList<>();
        long allocatedBytes = -1;
        while (allocatedBytes != 0 && rounds.size() < MAX_ROUNDS) {
            long before = THREADS.getThreadAllocatedBytes(loopThread);
            round.run();
            allocatedBytes = THREADS.getThreadAllocatedBytes(loopThread) - before;
            rounds.add(allocatedBytes);
        }
        assertEquals(
                0, allocatedBytes, "bytes allocated on the loop's thread in rounds of " + messages + ": " + rounds);
    }
}
