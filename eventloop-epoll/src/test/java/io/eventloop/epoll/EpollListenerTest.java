package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawListener;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollListenerTest {
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void steersConnectionsByTheProgramOfTheGroup() throws Exception {
        SocketOptions single = SocketOptions.builder()
                .set(EpollSocketOptions.SO_ATTACH_REUSEPORT_CBPF_SOCKETS, 1)
                .build();
        RawListener first = rig.closing(rig.transport.listen(EpollRig.loopback(), 64, true, SocketOptions.NONE));
        SocketAddress shared = first.localAddress();
        RawListener second = rig.closing(rig.transport.listen(shared, 64, true, single));
        // One that shares nothing has nothing to steer.
        rig.closing(rig.transport.listen(EpollRig.loopback(), 1, false, single));
        for (int i = 0; i < 64; i++) {
            rig.closing(SocketChannel.open(shared));
            assertNull(second.accept(SocketOptions.NONE), "every CPU's number modulo 1 is that of the first socket");
            rig.closing(rig.accept(first, 0, SocketOptions.NONE));
        }
    }

    @Test
    void refusesToSteerAmongNoSockets() {
        SocketOptions none = SocketOptions.builder()
                .set(EpollSocketOptions.SO_ATTACH_REUSEPORT_CBPF_SOCKETS, 0)
                .build();
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> rig.transport.listen(EpollRig.loopback(), 1, true, none));
        assertEquals("setsockopt(2) SO_ATTACH_REUSEPORT_CBPF=0: EINVAL", refused.getMessage());
    }
}
