package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The effect of each call, the flags of what it made, and the {@code errno} of a deliberate failure. */
@Timeout(60)
class SyscallsTest {
    private static final int EBADF = 9;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;
    private static final int ENOENT = 2;

    /** Not the number of one that was closed: a thread of the JVM may have opened a file under it since. */
    private static final int NO_DESCRIPTOR = -1;

    private static final int STREAM = Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;

    private final Workspace workspace = new Workspace(Syscalls::new);
    private final Syscalls kernel = workspace.kernel;
    private final long value = workspace.value;

    private int[] pipe() {
        assertEquals(0, kernel.pipe2(value, Linux.O_NONBLOCK | Linux.O_CLOEXEC));
        return new int[] {Memory.getInt(value), Memory.getInt(value + Integer.BYTES)};
    }

    private void close(int... descriptors) {
        for (int fd : descriptors) {
            assertEquals(0, kernel.close(fd));
        }
    }

    private void assertFlags(int fd, int statusFlags) {
        assertTrue(fd >= 0, () -> EpollErrors.name(-fd));
        assertEquals(Linux.FD_CLOEXEC, kernel.fcntl(fd, Linux.F_GETFD, 0));
        assertEquals(statusFlags, kernel.fcntl(fd, Linux.F_GETFL, 0) & Linux.O_NONBLOCK);
    }

    @Test
    void epollReportsAnEventfdWithItsUserData() {
        int epoll = kernel.epoll_create1(Linux.EPOLL_CLOEXEC);
        assertFlags(epoll, 0);
        int event = kernel.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK);
        assertFlags(event, Linux.O_NONBLOCK);
        Memory.putInt(value, Linux.EPOLLIN | Linux.EPOLLET);
        Memory.putLong(value + EpollPoller.EVENT_DATA, 0x0123_4567_89AB_CDEFL);
        assertEquals(0, kernel.epoll_ctl(epoll, Linux.EPOLL_CTL_ADD, event, value));
        assertEquals(-17, kernel.epoll_ctl(epoll, Linux.EPOLL_CTL_ADD, event, value), "EEXIST");
        assertEquals(0, kernel.epoll_wait(epoll, value, 4, 0));
        assertEquals(0, kernel.eventfd_write(event, 1));
        Memory.clear(value, 64);
        assertEquals(1, kernel.epoll_wait(epoll, value, 4, -1));
        assertEquals(Linux.EPOLLIN, Memory.getInt(value));
        assertEquals(0x0123_4567_89AB_CDEFL, Memory.getLong(value + EpollPoller.EVENT_DATA));
        assertEquals(0, kernel.epoll_ctl(epoll, Linux.EPOLL_CTL_DEL, event, 0));
        close(event, epoll);
        assertEquals(-1, kernel.eventfd_write(NO_DESCRIPTOR, 1));
        assertEquals(-EBADF, kernel.epoll_wait(NO_DESCRIPTOR, value, 4, 0));
        assertEquals(-EINVAL, kernel.epoll_create1(1));
        assertEquals(-EINVAL, kernel.eventfd(0, 1 << 20));
    }

    @Test
    void twoEventsLieOneStructApart() {
        int epoll = kernel.epoll_create1(Linux.EPOLL_CLOEXEC);
        int[] events = {kernel.eventfd(1, Linux.EFD_CLOEXEC), kernel.eventfd(1, Linux.EFD_CLOEXEC)};
        for (int i = 0; i < 2; i++) {
            Memory.putInt(value, Linux.EPOLLIN);
            Memory.putLong(value + EpollPoller.EVENT_DATA, 7 + i);
            assertEquals(0, kernel.epoll_ctl(epoll, Linux.EPOLL_CTL_ADD, events[i], value));
        }
        Memory.clear(value, 64);
        assertEquals(2, kernel.epoll_wait(epoll, value, 4, 0));
        long first = Memory.getLong(value + EpollPoller.EVENT_DATA);
        long second = Memory.getLong(value + EpollPoller.EVENT_BYTES + EpollPoller.EVENT_DATA);
        assertEquals(15, first + second);
        close(events[0], events[1], epoll);
    }

    @Test
    void epollPwait2WaitsNanosecondsWhereItIsThere() {
        int epoll = kernel.epoll_create1(Linux.EPOLL_CLOEXEC);
        Memory.putLong(value, 0);
        Memory.putLong(value + Long.BYTES, 1_500_000);
        long start = System.nanoTime();
        int result = kernel.epoll_pwait2(epoll, value + 64, 4, value);
        if (result != -Linux.ENOSYS) {
            assertEquals(0, result);
            assertTrue(System.nanoTime() - start >= 1_500_000);
            Memory.putLong(value + Long.BYTES, 1_000_000_000);
            assertEquals(-EINVAL, kernel.epoll_pwait2(epoll, value + 64, 4, value));
        }
        close(epoll);
    }

    @Test
    void socketsListenConnectAndAccept() {
        int listener = kernel.socket(Linux.AF_INET, STREAM, 0);
        assertFlags(listener, Linux.O_NONBLOCK);
        assertEquals(Linux.SOCK_STREAM, workspace.getInt(listener, Linux.SOL_SOCKET, Linux.SO_TYPE));
        assertEquals(Linux.AF_INET, workspace.getInt(listener, Linux.SOL_SOCKET, Linux.SO_DOMAIN));
        int length = SocketAddresses.encode(EpollRig.loopback(), Linux.AF_INET, workspace.address);
        assertEquals(0, kernel.bind(listener, workspace.address, length));
        assertEquals(-EINVAL, kernel.bind(listener, workspace.address, length));
        assertEquals(-EINVAL, kernel.accept4(listener, 0, 0, 0));
        assertEquals(0, kernel.listen(listener, 4));
        assertEquals(-Linux.EAGAIN, kernel.accept4(listener, 0, 0, 0));
        assertEquals(0, kernel.getsockname(listener, workspace.address, workspace.emptyAddress()));
        assertEquals(16, Memory.getInt(workspace.addressLength));

        int client = kernel.socket(Linux.AF_INET, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0);
        assertFlags(client, 0);
        assertEquals(-Linux.ENOTCONN, kernel.getpeername(client, workspace.address, workspace.emptyAddress()));
        assertEquals(0, kernel.getsockname(listener, workspace.address, workspace.emptyAddress()));
        assertEquals(0, kernel.connect(client, workspace.address, 16));
        int server = kernel.accept4(
                listener, workspace.address, workspace.emptyAddress(), Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
        assertFlags(server, Linux.O_NONBLOCK);
        Object remote = SocketAddresses.decode(workspace.address, Memory.getInt(workspace.addressLength));
        kernel.getsockname(client, workspace.address, workspace.emptyAddress());
        assertEquals(remote, SocketAddresses.decode(workspace.address, 16));

        assertEquals(0, kernel.shutdown(client, Linux.SHUT_WR));
        assertEquals(-EINVAL, kernel.shutdown(client, 99));
        close(client, server, listener);
        assertEquals(-EBADF, kernel.close(NO_DESCRIPTOR));
        assertEquals(-Linux.EAFNOSUPPORT, kernel.socket(9999, STREAM, 0));
        assertEquals(-EBADF, kernel.listen(NO_DESCRIPTOR, 1));
        assertEquals(-EBADF, kernel.connect(NO_DESCRIPTOR, workspace.address, 16));
    }

    @Test
    void optionsAreSetAndRead() {
        int socket = kernel.socket(Linux.AF_INET, STREAM, 0);
        assertEquals(0, workspace.setInt(socket, Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE, 77));
        assertEquals(77, workspace.getInt(socket, Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE));
        assertEquals(-Linux.ENOPROTOOPT, workspace.setInt(socket, Linux.IPPROTO_TCP, 9999, 1));
        assertEquals(-Linux.ENOPROTOOPT, workspace.getInt(socket, Linux.IPPROTO_TCP, 9999));
        assertEquals(-EFAULT, kernel.setsockopt(socket, Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE, 8, 4));
        close(socket);
    }

    @Test
    void bytesAndDescriptorsTravelOverAUnixPair() {
        UnixPair pair = new UnixPair(workspace);
        byte[] text = "hello world".getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(text, value);
        assertEquals(5, kernel.send(pair.client, value, 5, Linux.MSG_NOSIGNAL));
        assertEquals(6, kernel.sendmsg(pair.client, workspace.message(value + 5, 6, 0), Linux.MSG_NOSIGNAL));
        assertEquals(1, kernel.recv(pair.server, value + 100, 1, Linux.MSG_PEEK));
        assertEquals(11, kernel.recv(pair.server, value + 100, 100, 0));
        byte[] received = new byte[11];
        Memory.copyOut(value + 100, received);
        assertEquals("hello world", new String(received, StandardCharsets.US_ASCII));
        assertEquals(0, kernel.ioctl(pair.server, Linux.SIOCINQ, value));
        assertEquals(0, Memory.getInt(value));
        assertEquals(-Linux.EAGAIN, kernel.recv(pair.server, value, 1, 0));
        assertEquals(-Linux.EAGAIN, kernel.recvmsg(pair.server, workspace.message(value, 1, 0), 0));
        close(pair.client);
        assertEquals(-32, kernel.send(pair.server, value, 1, Linux.MSG_NOSIGNAL), "EPIPE, and no signal");
        assertEquals(0, kernel.recv(pair.server, value, 1, 0));
        close(pair.server);
        assertEquals(-EBADF, kernel.recv(NO_DESCRIPTOR, value, 1, 0));
        assertEquals(-EBADF, kernel.sendmsg(NO_DESCRIPTOR, workspace.message(value, 1, 0), 0));
        assertEquals(-EBADF, kernel.ioctl(NO_DESCRIPTOR, Linux.SIOCOUTQ, value));
    }

    @Test
    void pipesTakeWhatIsSplicedIn() {
        int[] pipe = pipe();
        assertFlags(pipe[0], Linux.O_NONBLOCK);
        assertFlags(pipe[1], Linux.O_NONBLOCK);
        assertTrue(kernel.fcntl(pipe[1], Linux.F_SETPIPE_SZ, 1 << 16) >= 1 << 16);
        assertTrue(kernel.fcntl(pipe[1], Linux.F_GETPIPE_SZ, 0) >= 1 << 16);
        UnixPair pair = new UnixPair(workspace);
        int flags = Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK;
        assertEquals(-Linux.EAGAIN, kernel.splice(pair.server, pipe[1], 100, flags));
        assertEquals(5, kernel.send(pair.client, value, 5, 0));
        assertEquals(5, kernel.splice(pair.server, pipe[1], 100, flags));
        assertEquals(3, kernel.splice(pipe[0], pair.server, 3, flags));
        assertEquals(2, kernel.splice(pipe[0], pair.server, 100, flags));
        assertEquals(5, kernel.recv(pair.client, value, 100, 0));
        close(pair.client);
        assertEquals(0, kernel.splice(pair.server, pipe[1], 100, flags));
        close(pair.server, pipe[0], pipe[1]);
        assertEquals(-EBADF, kernel.splice(NO_DESCRIPTOR, NO_DESCRIPTOR, 100, flags));
        assertEquals(-EFAULT, kernel.pipe2(8, 0));
    }

    @Test
    void descriptorsAreDuplicatedAndFlagged() {
        int event = kernel.eventfd(0, 0);
        assertEquals(0, kernel.fcntl(event, Linux.F_GETFD, 0));
        assertEquals(0, kernel.fcntl(event, Linux.F_SETFD, Linux.FD_CLOEXEC));
        assertEquals(0, kernel.fcntl(event, Linux.F_SETFL, Linux.O_NONBLOCK));
        assertFlags(event, Linux.O_NONBLOCK);
        int copy = kernel.fcntl(event, Linux.F_DUPFD_CLOEXEC, 0);
        assertNotEquals(event, copy);
        assertFlags(copy, Linux.O_NONBLOCK);
        close(event, copy);
        assertEquals(-EBADF, kernel.fcntl(NO_DESCRIPTOR, Linux.F_GETFD, 0));
    }

    @Test
    void filesAreOpened() {
        Memory.copyIn("/dev/null\0".getBytes(StandardCharsets.US_ASCII), value);
        int device = kernel.open(value, Linux.O_WRONLY | Linux.O_CLOEXEC);
        assertFlags(device, 0);
        close(device);
        Memory.copyIn("/no such\0".getBytes(StandardCharsets.US_ASCII), value);
        assertEquals(-ENOENT, kernel.open(value, Linux.O_WRONLY));
    }

    @Test
    void threadsAreBoundToTheProcessorsTheyMayUse() {
        Memory.clear(value, 1024);
        assertEquals(0, kernel.sched_getaffinity(0, 1024, value));
        assertEquals(0, kernel.sched_setaffinity(0, 1024, value));
        Memory.clear(value, 1024);
        assertEquals(-EINVAL, kernel.sched_setaffinity(0, 1024, value));
        assertEquals(-EFAULT, kernel.sched_getaffinity(0, 1024, 8));
    }
}
