package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts of pollers and raw sockets share: a rig, and what its events have to say. */
public abstract class RawContract extends TransportContract {
    /** Opened before each test and closed after it. */
    protected RawRig rig;

    /** Where the rig's listener listens. */
    protected SocketAddress local() {
        return loopback();
    }

    /**
     * Whether the transport's poller reports what changed, with all that the socket is ready for, instead of what is
     * awaited and nothing else. {@link io.eventloop.spi.Poller} allows both; it decides what exactly an event says.
     */
    protected boolean isEdgeTriggered() {
        return false;
    }

    @BeforeEach
    final void openRig() throws IOException {
        rig = closedLater(new RawRig(peers(), local()));
    }

    /** What an event says of a connected socket that has input, is awaited for reading, and could be written to. */
    final int readable() {
        return isEdgeTriggered() ? ReadySink.READABLE | ReadySink.WRITABLE : ReadySink.READABLE;
    }

    /** Connects and checks that it stays so. */
    final void connect(RawSocket client, int slot) throws IOException {
        rig.connect(client, slot);
        assertTrue(client.finishConnect(), "stays connected");
    }

    static void reset(Link link) throws IOException {
        link.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        link.peer().close();
    }

    /** As messages write an address of IPv4. */
    static String text(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        return inet.getAddress().getHostAddress() + ":" + inet.getPort();
    }
}
