package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that die in every way cost a few events and no turn of the loop after that, whatever the engine makes of them. */
@Timeout(60)
class EpollDeadPeerTest {
    private static final int PEERS = 100;

    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static void reset(SocketChannel peer) throws IOException {
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
    }

    private void assertSilent() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertEquals(0, rig.poll());
        }
    }

    @Test
    void aResetAfterTheirHalfCloseIsAnError() throws Exception {
        Link link = rig.link(1);
        link.peer().shutdownOutput();
        rig.await(1, ReadySink.INPUT_ENDED);
        assertEquals(null, rig.read(link.socket(), 1));
        reset(link.peer());
        assertNotEquals(0, rig.await(1, ReadySink.ERROR).ops() & ReadySink.WRITABLE);
        assertSilent();
    }

    @Test
    void aResetAfterOurHalfCloseIsAnError() throws Exception {
        Link link = rig.link(1);
        link.socket().shutdownOutput();
        reset(link.peer());
        rig.await(1, ReadySink.ERROR);
        assertSilent();
    }

    @Test
    void aResetWithBytesUnreadIsAnError() throws Exception {
        Link link = rig.link(1);
        EpollRig.send(link.peer(), "unread");
        rig.await(1, ReadySink.READABLE);
        reset(link.peer());
        rig.await(1, ReadySink.ERROR);
        assertSilent();
    }

    @Test
    void aResetWithBytesUnsentIsAnError() throws Exception {
        Link link = rig.link(1);
        String chunk = "x".repeat(4096);
        while (rig.write(link.socket(), chunk, chunk) > 0) {
            rig.poll();
        }
        reset(link.peer());
        rig.await(1, ReadySink.ERROR);
        assertSilent();
    }

    @Test
    void anUnconnectedSocketHangsUpWithoutInput() throws Exception {
        EpollSocket unconnected = rig.socketTo(rig.listener.localAddress());
        rig.poller.register(unconnected, 1, 1);
        rig.await(1, ReadySink.WRITABLE);
        assertSilent();
    }

    @Test
    void bothHalvesClosedInOrderAreNoError() throws Exception {
        Link link = rig.link(1);
        link.peer().shutdownOutput();
        rig.await(1, ReadySink.INPUT_ENDED);
        link.socket().shutdownOutput();
        assertEquals(0, rig.await(1, ReadySink.WRITABLE).ops() & ReadySink.ERROR);
        assertSilent();
    }

    /** Reads, ends nothing by itself, and writes what the test says. */
    private static final class Passive implements ConnectionHandler {
        private final List<Connection> open;

        Passive(List<Connection> open) {
            this.open = open;
        }

        @Override
        public void onOpen(Connection connection) {
            open.add(connection);
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(in.readableBytes());
        }
    }

    @Test
    void deadPeersCostTheLoopNothing() throws Exception {
        try (EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .callerDriven()
                .transport(new EpollTransportProvider())
                .build()) {
            EventLoop loop = group.loops().get(0);
            List<Connection> open = new ArrayList<>();
            Listener listener = group.listen(EpollRig.loopback(), connection -> new Passive(open));
            for (int i = 0; i < PEERS; i++) {
                SocketChannel peer = SocketChannel.open(listener.address());
                int number = open.size();
                runUntil(loop, () -> open.size() > number);
                die(i % 4, peer, open.get(number), loop);
            }
            settle(loop);
            for (int i = 0; i < 100; i++) {
                assertFalse(loop.runOnce(0), "a turn with nothing to do");
            }
            assertEquals(PEERS, open.size());
        }
    }

    private static void die(int way, SocketChannel peer, Connection connection, EventLoop loop) throws IOException {
        switch (way) {
            case 0 -> {
                peer.shutdownOutput();
                settle(loop);
            }
            case 1 -> {
                connection.shutdownOutput();
                settle(loop);
            }
            case 2 -> connection.write(new byte[60_000]);
            default -> EpollRig.send(peer, "unread");
        }
        reset(peer);
    }

    private static void runUntil(EventLoop loop, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            loop.runOnce(EpollRig.PATIENCE_NANOS);
        }
    }

    /** Runs turns until there is nothing to do; what loopback delivers is there when the call that sent it returns. */
    private static void settle(EventLoop loop) {
        while (loop.runOnce(0)) {
            Thread.onSpinWait();
        }
    }
}
