package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class NioErrorsTest {
    @Test
    void knowsMessagesOfTheSystem() {
        assertErrno(Errno.ECONNRESET, new IOException("Connection reset by peer"));
        assertErrno(Errno.ECONNRESET, new SocketException("Connection reset"));
        assertErrno(Errno.ECONNRESET, new IOException("An existing connection was forcibly closed by the remote host"));
        assertErrno(Errno.EPIPE, new IOException("Broken pipe"));
        assertErrno(Errno.ECONNREFUSED, new ConnectException("Connection refused"));
        assertErrno(Errno.ECONNREFUSED, new ConnectException("Connection refused: host.example/10.0.0.1:80"));
        assertErrno(Errno.ETIMEDOUT, new ConnectException("Connection timed out"));
        assertErrno(Errno.ETIMEDOUT, new ConnectException("Operation timed out"));
        assertErrno(Errno.EHOSTUNREACH, new NoRouteToHostException("No route to host"));
        assertErrno(Errno.ENETUNREACH, new SocketException("Network is unreachable"));
        assertErrno(Errno.EADDRINUSE, new BindException("Address already in use"));
        assertErrno(Errno.EADDRNOTAVAIL, new BindException("Cannot assign requested address"));
        assertErrno(Errno.EADDRNOTAVAIL, new BindException("Can't assign requested address"));
        assertErrno(Errno.EACCES, new SocketException("Permission denied"));
        assertErrno(Errno.EMFILE, new IOException("Too many open files"));
        assertErrno(Errno.ENFILE, new IOException("Too many open files in system"));
        assertErrno(Errno.ENOBUFS, new SocketException("No buffer space available"));
        assertErrno(Errno.ENOMEM, new IOException("Cannot allocate memory"));
        assertErrno(Errno.ENOENT, new SocketException("No such file or directory"));
        assertErrno(Errno.ENOTCONN, new SocketException("Transport endpoint is not connected"));
        assertErrno(Errno.ECONNABORTED, new IOException("Software caused connection abort"));
        assertErrno(Errno.EINVAL, new SocketException("Invalid argument"));
    }

    @Test
    void fallsBackOnTheClassInAnotherLanguage() {
        assertErrno(Errno.ECONNREFUSED, new ConnectException("Verbindungsaufbau abgelehnt"));
        assertErrno(Errno.EHOSTUNREACH, new NoRouteToHostException("Keine Route zum Zielrechner"));
        assertErrno(Errno.EADDRINUSE, new BindException("Die Adresse wird bereits verwendet"));
        assertErrno(Errno.OTHER, new SocketException("Das Netzwerk ist nicht erreichbar"));
    }

    @Test
    void namesCallAndSubject() {
        SystemCallException known = NioErrors.failed("connect(2)", "to 10.0.0.1:80", new ConnectException());
        assertEquals("connect(2) to 10.0.0.1:80: ECONNREFUSED", known.getMessage());
        assertNull(known.getCause());
    }

    @Test
    void keepsTheOriginalOfAnUnknownReason() {
        IOException original = new IOException("Protocol error");
        SystemCallException unknown = NioErrors.failed("accept(2)", "", original);
        assertEquals("accept(2): Protocol error", unknown.getMessage());
        assertSame(original, unknown.getCause());
        assertEquals(
                "recv(2): closed",
                NioErrors.failed("recv(2)", "", new ClosedChannelException()).getMessage());
        assertEquals(
                "recv(2): IOException",
                NioErrors.failed("recv(2)", "", new IOException()).getMessage());
    }

    @Test
    void writesAddressesAsUsersDo() throws Exception {
        assertEquals("10.0.0.1:80", NioErrors.text(address(10, 0, 0, 1)));
        assertEquals(
                "[fe80:0:0:0:0:0:0:1]:80",
                NioErrors.text(address(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)));
        assertEquals("/run/app.sock", NioErrors.text(UnixDomainSocketAddress.of("/run/app.sock")));
    }

    private static void assertErrno(Errno expected, IOException cause) {
        assertEquals(expected, NioErrors.errno(cause), cause::toString);
    }

    private static InetSocketAddress address(int... octets) throws IOException {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), 80);
    }
}
