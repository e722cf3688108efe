package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.SocketOptions;
import io.eventloop.contract.Descriptors;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollTransportTest {
    @Test
    void isFoundAsAServiceBeforeOthers() throws IOException {
        TransportProvider provider = ServiceLoader.load(TransportProvider.class).stream()
                .filter(candidate -> candidate.type() == EpollTransportProvider.class)
                .findFirst()
                .orElseThrow()
                .get();
        assertEquals("epoll", provider.name());
        assertEquals(100, provider.priority());
        assertTrue(
                provider.availability().isAvailable(),
                () -> provider.availability().reason());
        assertEquals("epoll", provider.open().name());
    }

    @Test
    void hasEveryCapability() {
        assertEquals(EnumSet.allOf(Capability.class), new EpollTransport().capabilities());
    }

    @Test
    void tellsTheAddressOfADirectBuffersFirstByte() {
        ByteBuffer memory = ByteBuffer.allocateDirect(64);
        Transport transport = new EpollTransport();
        long address = transport.address(memory);
        memory.put(7, (byte) 42).position(5);
        assertEquals(42, Memory.getByte(address + 7));
        assertEquals(address, transport.address(memory), "wherever its position is");
        assertEquals(address + 5, transport.address(memory.slice()));
        assertEquals(address, transport.address(memory.asReadOnlyBuffer()));
    }

    @Test
    void aFailedCallLeavesNoDescriptorOpen() throws IOException {
        Transport transport = new EpollTransport();
        SocketAddress foreign = new InetSocketAddress(InetAddress.getByAddress(new byte[] {8, 8, 8, 8}), 0);
        SocketAddress local = EpollRig.loopback();
        SocketOptions bad =
                SocketOptions.builder().set(StandardSocketOptions.SO_RCVBUF, -1).build();
        int before = Descriptors.open().size();
        for (int i = 0; i < 10; i++) {
            assertThrows(IOException.class, () -> transport.listen(foreign, 1, false, SocketOptions.NONE));
            assertThrows(IllegalArgumentException.class, () -> transport.listen(local, 1, false, bad));
            assertThrows(IllegalArgumentException.class, () -> transport.openSocket(local, bad));
        }
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void closingEverythingLeavesNoDescriptorOpen() throws Exception {
        // The JDK keeps descriptors of its own from the first socket on.
        live();
        int before = Descriptors.open().size();
        assertNotEquals(before, live());
        assertEquals(before, Descriptors.open().size());
    }

    /** Opens a few of everything and closes it; how many descriptors were open in between. */
    private static int live() throws IOException {
        try (EpollRig rig = new EpollRig()) {
            rig.link(1);
            rig.link(2).socket().closeWithReset();
            rig.link();
            rig.closing(rig.poller.openPipe());
            return Descriptors.open().size();
        }
    }
}
