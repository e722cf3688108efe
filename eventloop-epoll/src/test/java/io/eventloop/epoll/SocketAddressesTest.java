package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressesTest {
    private final Workspace workspace = new Workspace(Syscalls::new);
    private final long at = workspace.address;

    private SocketAddress roundTrip(SocketAddress address, int family) {
        return SocketAddresses.decode(at, SocketAddresses.encode(address, family, at));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "1.2.3.4", "255.254.253.252", "10.0.0.0"})
    void ipv4SurvivesTheRoundTrip(String host) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 0xFEDC);
        assertEquals(address, roundTrip(address, Linux.AF_INET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "1::", "2001:db8:1:2:3:4:5:6", "fe80::1", "::1.2.3.4", "64::ffff:0:0"})
    void ipv6SurvivesTheRoundTrip(String host) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 1);
        assertInstanceOf(Inet6Address.class, address.getAddress());
        assertEquals(address, roundTrip(address, Linux.AF_INET6));
    }

    @Test
    void mappedAddressesAreIpv4() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("1.2.3.4"), 80);
        assertEquals(28, SocketAddresses.encode(address, Linux.AF_INET6, at));
        SocketAddress decoded = SocketAddresses.decode(at, 28);
        assertEquals(address, decoded);
        assertInstanceOf(Inet4Address.class, ((InetSocketAddress) decoded).getAddress());
    }

    @Test
    void theWildcardOfIpv4IsThatOfADualStackSocket() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 80);
        assertEquals(new InetSocketAddress(InetAddress.getByName("::"), 80), roundTrip(any, Linux.AF_INET6));
    }

    @Test
    void scopesAreKept() throws Exception {
        byte[] local = InetAddress.getByName("fe80::2").getAddress();
        InetSocketAddress address = new InetSocketAddress(Inet6Address.getByAddress(null, local, 3), 80);
        InetSocketAddress decoded = (InetSocketAddress) roundTrip(address, Linux.AF_INET6);
        assertEquals(3, ((Inet6Address) decoded.getAddress()).getScopeId());
    }

    @Test
    void anIpv6AddressStaysOneOnASocketOfIpv4() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("::1"), 80);
        assertEquals(address, roundTrip(address, Linux.AF_INET), "for the kernel to refuse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "/run/app.sock"})
    void pathsSurviveTheRoundTrip(String path) {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        assertEquals(address, roundTrip(address, Linux.AF_UNIX));
    }

    @Test
    void abstractAndAbsentNamesAreEmptyPaths() {
        Memory.putShort(at, Linux.AF_UNIX);
        Memory.putByte(at + 2, 0);
        Memory.putByte(at + 3, 'x');
        assertEquals(SocketAddresses.UNNAMED, SocketAddresses.decode(at, 4));
        assertEquals(SocketAddresses.UNNAMED, SocketAddresses.decode(at, 2));
        assertEquals(SocketAddresses.UNNAMED, SocketAddresses.decode(at, 0));
    }

    @Test
    void portsAreInNetworkOrder() {
        SocketAddresses.encode(new InetSocketAddress(0x1234), Linux.AF_INET, at);
        assertEquals(0x12, Memory.getByte(at + 2));
        assertEquals(0x34, Memory.getByte(at + 3));
    }
}
