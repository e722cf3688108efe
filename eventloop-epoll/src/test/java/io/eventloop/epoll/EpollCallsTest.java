package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * System calls per message in steady state. The loop is driven by the test, which is its only client, so every figure is
 * exact: two calls for each message that is echoed, one poll for each turn, and nothing else.
 */
@Timeout(60)
class EpollCallsTest {
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 100;

    /** Calls by name, and failures among them as name and {@code errno}. */
    private static final class Counting extends Syscalls {
        private final Map<String, Integer> counts;

        Counting(Map<String, Integer> counts) {
            this.counts = counts;
        }

        private long count(String call, long result) {
            counts.merge(call, 1, Integer::sum);
            if (result < 0) {
                counts.merge(call + ": " + EpollErrors.name((int) -result), 1, Integer::sum);
            }
            return result;
        }

        @Override
        long recv(int fd, long buffer, long length, int flags) {
            return count("recv", super.recv(fd, buffer, length, flags));
        }

        @Override
        long send(int fd, long buffer, long length, int flags) {
            return count("send", super.send(fd, buffer, length, flags));
        }

        @Override
        long sendmsg(int fd, long message, int flags) {
            return count("sendmsg", super.sendmsg(fd, message, flags));
        }

        @Override
        int epoll_ctl(int epfd, int op, int fd, long event) {
            return (int) count("epoll_ctl", super.epoll_ctl(epfd, op, fd, event));
        }

        @Override
        int epoll_wait(int epfd, long events, int maxEvents, int timeoutMillis) {
            return (int) count("poll", super.epoll_wait(epfd, events, maxEvents, timeoutMillis));
        }

        @Override
        int epoll_pwait2(int epfd, long events, int maxEvents, long timespec) {
            return (int) count("poll", super.epoll_pwait2(epfd, events, maxEvents, timespec));
        }

        @Override
        int setsockopt(int fd, int level, int name, long value, int length) {
            return (int) count("setsockopt", super.setsockopt(fd, level, name, value, length));
        }

        @Override
        int close(int fd) {
            return (int) count("close", super.close(fd));
        }
    }

    private static final class Echo implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            connection.write(in.detach());
        }
    }

    private final Map<String, Integer> counts = new TreeMap<>();

    @Test
    void anEchoedMessageCostsTwoCallsAndItsShareOfThePoll() throws Exception {
        EpollTransport transport = new EpollTransport(() -> new Counting(counts));
        try (EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .callerDriven()
                .transport(new GivenTransport(transport))
                .build()) {
            EventLoop loop = group.loops().get(0);
            Listener listener = group.listen(EpollRig.loopback(), connection -> new Echo());
            List<SocketChannel> peers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                peers.add(SocketChannel.open(listener.address()).setOption(StandardSocketOptions.TCP_NODELAY, true));
            }
            settle(loop);
            counts.clear();
            for (int round = 0; round < ROUNDS; round++) {
                for (SocketChannel peer : peers) {
                    peer.write(ByteBuffer.wrap(new byte[100]));
                }
                settle(loop);
                for (SocketChannel peer : peers) {
                    receive(peer, 100);
                }
            }
            int polls = counts.remove("poll");
            assertEquals(Map.of("recv", CONNECTIONS * ROUNDS, "send", CONNECTIONS * ROUNDS), counts);
            // A turn that works, and the one that finds nothing left to do.
            assertTrue(polls <= 3 * ROUNDS, polls + " polls");
            System.out.println("system calls per echoed message, " + CONNECTIONS + " connections: recv 1, send 1, poll "
                    + (double) polls / (CONNECTIONS * ROUNDS));
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    private static void settle(EventLoop loop) {
        while (loop.runOnce(0)) {
            Thread.onSpinWait();
        }
    }

    private static void receive(SocketChannel peer, int bytes) throws IOException {
        ByteBuffer room = ByteBuffer.allocate(bytes);
        while (room.hasRemaining() && peer.read(room) >= 0) {
            Thread.onSpinWait();
        }
        assertEquals(0, room.remaining());
    }
}
