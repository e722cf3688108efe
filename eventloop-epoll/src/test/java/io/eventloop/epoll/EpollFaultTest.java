package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.Descriptors;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawPipe;
import io.eventloop.spi.ReadySink;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What raw channels and pollers make of a kernel that refuses. */
@Timeout(60)
class EpollFaultTest {
    private static final int EMFILE = 24;
    private static final int ENFILE = 23;
    private static final int ENOBUFS = 105;
    private static final int ENOMEM = 12;

    private final FaultySyscalls.Script script = new FaultySyscalls.Script();
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig(EpollRig.loopback(), () -> new FaultySyscalls(script));
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        assertTrue(script.isDone());
    }

    @Test
    void interruptedCallsAreMadeAgain() throws Exception {
        Link link = rig.link(1);
        script.refuse("recv", Linux.EINTR, 3).refuse("send", Linux.EINTR, 3).refuse("sendmsg", Linux.EINTR, 3);
        EpollRig.send(link.peer(), "x");
        assertEquals("x", rig.read(link.socket(), 1));
        assertEquals(1, rig.write(link.socket(), "a"));
        assertEquals(2, rig.write(link.socket(), "b", "c"));
        assertEquals("abc", EpollRig.receive(link.peer(), 3));
        script.refuse("recv", Linux.EINTR, 1);
        assertEquals(0, link.socket().peek());
    }

    @Test
    void interruptedSplicesAreMadeAgain() throws Exception {
        Link link = rig.link(1);
        EpollRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        try (RawPipe pipe = rig.poller.openPipe()) {
            script.refuse("splice", Linux.EINTR, 2);
            assertEquals(1, pipe.fill(link.socket(), 10));
            script.refuse("splice", Linux.EINTR, 2);
            assertEquals(1, pipe.drain(link.socket()));
        }
        assertEquals("x", EpollRig.receive(link.peer()));
    }

    @Test
    void anInterruptedPollReportsNothing() throws Exception {
        script.refuse("epoll_wait", Linux.EINTR, 1);
        assertEquals(0, rig.poll(-1));
        script.refuse("epoll_pwait2", Linux.EINTR, 1);
        assertEquals(0, rig.poll(EpollRig.PATIENCE_NANOS));
    }

    @Test
    void anInterruptedConnectIsUnderWay() throws Exception {
        EpollSocket client = rig.socketTo(rig.listener.localAddress());
        script.refuse("connect", Linux.EINTR, 1);
        assertFalse(client.connect(rig.listener.localAddress()));
    }

    @Test
    void aPollThatFailsSaysSo() {
        script.refuse("epoll_wait", ENOMEM, 1);
        SystemCallException failed = assertThrows(SystemCallException.class, () -> rig.poll(0));
        assertEquals("epoll_wait(2): ENOMEM", failed.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {Linux.ENOSYS, Linux.EPERM})
    void waitsInMillisecondsWhereNanosecondsAreUnknown(int errno) throws Exception {
        script.refuse("epoll_pwait2", errno, 1);
        long start = System.nanoTime();
        assertEquals(0, rig.poll(1_500_000));
        assertTrue(System.nanoTime() - start >= 1_500_000);
        assertEquals(0, rig.poll(1));
        assertEquals(1, script.count("epoll_pwait2"), "asked once");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Linux.EINTR, Linux.ECONNABORTED, Linux.EPERM, Linux.EPROTO, Linux.ENETDOWN, Linux.EHOSTUNREACH})
    void connectionsThatWereGivenUpArePassedOver(int errno) throws Exception {
        rig.peer();
        script.refuse("accept4", errno, 5);
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        script.refuse("accept4", errno, 1);
        assertNull(rig.listener.accept(SocketOptions.DEFAULT));
    }

    @Test
    void aQueueOfGivenUpConnectionsDoesNotHoldTheLoopForEver() {
        script.refuse("accept4", Linux.ECONNABORTED, 4096);
        SystemCallException failed =
                assertThrows(SystemCallException.class, () -> rig.listener.accept(SocketOptions.DEFAULT));
        assertEquals(Errno.ECONNABORTED, failed.errno());
    }

    @ParameterizedTest
    @CsvSource({"23, ENFILE", "24, EMFILE", "105, ENOBUFS", "12, ENOMEM"})
    void anAcceptThatTheSystemRefusesLeavesTheListenerUsable(int number, Errno errno) throws Exception {
        SocketChannel peer = rig.peer();
        script.refuse("accept4", number, 1);
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> rig.listener.accept(SocketOptions.DEFAULT));
        assertEquals(errno, refused.errno());
        assertEquals(
                "accept4(2) on " + EpollErrors.text(rig.listener.localAddress()) + ": " + errno, refused.getMessage());
        EpollSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        assertEquals(peer.getLocalAddress(), accepted.remoteAddress());
    }

    @Test
    void shedsWithTheReserveAndFindsItAgain() throws Exception {
        SocketChannel first = rig.peer();
        SocketChannel second = rig.peer();
        script.refuse("eventfd", EMFILE, 1);
        assertTrue(rig.listener.shed());
        assertThrows(SocketException.class, () -> EpollRig.receive(first));
        script.refuse("eventfd", EMFILE, 1);
        assertFalse(rig.listener.shed(), "the reserve was taken by someone else");
        assertTrue(rig.listener.shed());
        assertThrows(SocketException.class, () -> EpollRig.receive(second));
    }

    @Test
    void shedsNothingIfTheDescriptorIsTakenInBetween() throws Exception {
        rig.peer();
        script.refuse("accept4", ENFILE, 1);
        assertFalse(rig.listener.shed());
        assertTrue(rig.listener.shed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "setsockopt", "eventfd", "bind", "listen"})
    void aListenThatFailsLeavesNoDescriptor(String call) throws Exception {
        int before = Descriptors.open().size();
        script.refuse(call, ENOBUFS, 1);
        SystemCallException refused = assertThrows(
                SystemCallException.class,
                () -> rig.transport.listen(EpollRig.loopback(), 1, false, SocketOptions.DEFAULT));
        assertEquals(Errno.ENOBUFS, refused.errno());
        assertTrue(refused.getMessage().startsWith(call + "(2)"), refused.getMessage());
        assertEquals(before, Descriptors.open().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll_create1", "eventfd", "epoll_ctl"})
    void aPollerThatFailsLeavesNoDescriptor(String call) throws Exception {
        int before = Descriptors.open().size();
        script.refuse(call, EMFILE, 1);
        SystemCallException refused = assertThrows(SystemCallException.class, rig.transport::openPoller);
        assertEquals(call + "(2): EMFILE", refused.getMessage());
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void aSocketThatFailsLeavesNoDescriptor() throws Exception {
        SocketAddress remote = rig.listener.localAddress();
        int before = Descriptors.open().size();
        script.refuse("socket", EMFILE, 1);
        SystemCallException none =
                assertThrows(SystemCallException.class, () -> rig.transport.openSocket(remote, SocketOptions.DEFAULT));
        assertEquals("socket(2) for " + EpollErrors.text(remote) + ": EMFILE", none.getMessage());
        script.refuse("setsockopt", ENOMEM, 1);
        assertThrows(SystemCallException.class, () -> rig.transport.openSocket(remote, SocketOptions.DEFAULT));
        assertEquals(before, Descriptors.open().size());
        rig.closing(SocketChannel.open(remote));
        script.refuse("setsockopt", ENOMEM, 1);
        SocketOptions lingering =
                SocketOptions.builder().set(StandardSocketOptions.SO_LINGER, 1).build();
        assertThrows(SystemCallException.class, () -> rig.accept(lingering));
        assertEquals(before + 1, Descriptors.open().size(), "the peer's own");
    }

    @Test
    void aRegistrationThatFailsCanBeMadeAgain() throws Exception {
        Link link = rig.link();
        script.refuse("epoll_ctl", ENOMEM, 1);
        assertThrows(SystemCallException.class, () -> rig.poller.register(link.socket(), 1, 1));
        rig.poller.register(link.socket(), 1, 1);
        EpollRig.send(link.peer(), "x");
        assertEquals("x", rig.read(link.socket(), 1));
    }

    @Test
    void aPipeThatCannotBeMadeIsNone() {
        script.refuse("pipe2", EMFILE, 1);
        assertNull(rig.poller.openPipe());
    }

    @Test
    void writesThatFailAreThrownOnceAndForGood() throws Exception {
        Link link = rig.link(1);
        script.refuse("send", ENOBUFS, 1);
        SystemCallException refused = assertThrows(SystemCallException.class, () -> rig.write(link.socket(), "x"));
        assertEquals(Errno.ENOBUFS, refused.errno(), "no edge would follow if it counted as would-block");
        assertEquals(1, rig.write(link.socket(), "y"));
    }

    @Test
    void listensOnIpv4WhereIpv6IsMissing() throws Exception {
        script.refuse("socket", Linux.EAFNOSUPPORT, 1);
        EpollTransport without = new EpollTransport(() -> new FaultySyscalls(script));
        try (EpollListener listener =
                (EpollListener) without.listen(new InetSocketAddress(0), 1, false, SocketOptions.NONE)) {
            assertEquals(Linux.AF_INET, listener.family);
            assertInstanceOf(Inet4Address.class, ((InetSocketAddress) listener.localAddress()).getAddress());
        }
    }
}
