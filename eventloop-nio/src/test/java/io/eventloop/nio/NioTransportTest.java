package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.Descriptors;
import io.eventloop.contract.RawRig;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NioTransportTest {
    private static final SocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void isFoundAsAServiceAndAlwaysAvailable() throws IOException {
        TransportProvider provider = ServiceLoader.load(TransportProvider.class).stream()
                .filter(candidate -> candidate.type() == NioTransportProvider.class)
                .findFirst()
                .orElseThrow()
                .get();
        assertEquals("nio", provider.name());
        assertEquals(0, provider.priority());
        assertTrue(provider.availability().isAvailable());
        assertEquals(
                "java.nio on " + System.getProperty("os.name"),
                provider.availability().reason());
        assertEquals("nio", provider.open().name());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void knowsWhatLinuxCanDo() {
        assertEquals(
                Set.of(Capability.SENDFILE, Capability.REUSE_PORT, Capability.UNIX_SOCKETS),
                new NioTransport().capabilities());
    }

    @Test
    void hasNoUseForAddresses() {
        assertEquals(0, new NioTransport().address(ByteBuffer.allocateDirect(16)));
    }

    @Test
    void aFailedCallLeavesNoDescriptorOpen() throws IOException {
        assumeTrue(Descriptors.areVisible());
        Transport transport = new NioTransport();
        SocketAddress foreign = new InetSocketAddress(InetAddress.getByAddress(new byte[] {8, 8, 8, 8}), 0);
        SocketOptions bad =
                SocketOptions.builder().set(StandardSocketOptions.SO_RCVBUF, -1).build();
        transport.listen(LOOPBACK, 1, false, SocketOptions.NONE).close();
        int before = Descriptors.open().size();
        for (int i = 0; i < 10; i++) {
            assertThrows(IOException.class, () -> transport.listen(foreign, 1, false, SocketOptions.NONE));
            assertThrows(IOException.class, () -> transport.listen(LOOPBACK, 1, false, bad));
            assertThrows(IOException.class, () -> transport.openSocket(LOOPBACK, bad));
        }
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void closingEverythingLeavesNoDescriptorOpen() throws Exception {
        assumeTrue(Descriptors.areVisible());
        new RawRig(new NioTransport()).close();
        int before = Descriptors.open().size();
        try (RawRig rig = new RawRig(new NioTransport())) {
            rig.link(1);
            rig.link(2).socket().closeWithReset();
            rig.link();
            assertFalse(before == Descriptors.open().size());
        }
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void refusesToListenAtAnEmptyPath() {
        SocketAddress unnamed = UnixDomainSocketAddress.of("");
        // Its close would take the working directory for the socket.
        SystemCallException refusal = assertThrows(
                SystemCallException.class, () -> new NioTransport().listen(unnamed, 1, false, SocketOptions.NONE));
        assertEquals(Errno.EINVAL, refusal.errno());
    }
}
