package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.contract.Descriptors;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FilePipeTest {
    @TempDir
    private Path directory;

    private EpollRig rig;
    private Link link;
    private RawSocket socket;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
        Assumptions.assumeTrue(rig.transport.capabilities().contains(Capability.SENDFILE), "needs /proc");
        link = rig.link(1);
        socket = link.socket();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private FileChannel file(byte[] content) throws IOException {
        Path path = Files.write(Files.createTempFile(directory, "file", ""), content);
        return rig.closing(FileChannel.open(path, StandardOpenOption.READ));
    }

    private FileChannel file(String content) throws IOException {
        return file(content.getBytes());
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void sendsFileBytesUntilTheFileEnds() throws Exception {
        FileChannel file = file("0123456789");
        assertEquals(4, socket.sendFile(file, 2, 4));
        assertEquals(2, socket.sendFile(file, 8, 100), "the file is shorter than asked for");
        assertEquals(-1, socket.sendFile(file, 10, 1));
        assertEquals(-1, socket.sendFile(file, 11, 1));
        assertEquals(0, socket.sendFile(file, 0, 0));
        assertEquals("234589", EpollRig.receive(link.peer(), 6));
        assertEquals(0, file.position());
    }

    @Test
    void sendsFromASocketThatIsNotRegistered() throws Exception {
        Link other = rig.link();
        int before = Descriptors.open().size();
        assertEquals(3, other.socket().sendFile(file("abc"), 0, 3));
        assertEquals("abc", EpollRig.receive(other.peer()));
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void sendsMoreThanAPipeHoldsOverManyCalls() throws Exception {
        byte[] content = random(5_000_001, 1);
        byte[] received = new byte[content.length - 17];
        Thread receiver = new Thread(() -> receiveAll(link, received));
        receiver.start();
        sendAll(socket, 1, file(content), 17, received.length);
        receiver.join();
        assertArrayEquals(Arrays.copyOfRange(content, 17, content.length), received);
    }

    @Test
    void keepsTwoFlowsApartThatTakeTurns() throws Exception {
        Link second = rig.link(2);
        byte[][] contents = {random(6_000_000, 2), random(6_000_000, 3)};
        byte[][] received = {new byte[6_000_000], new byte[6_000_000]};
        FileChannel[] files = {file(contents[0]), file(contents[1])};
        Link[] links = {link, second};
        long[] sent = new long[2];
        Thread[] receivers = {
            new Thread(() -> receiveAll(link, received[0])), new Thread(() -> receiveAll(second, received[1]))
        };
        boolean wasFull = false;
        for (int i = 0; sent[0] < 6_000_000 || sent[1] < 6_000_000; i = 1 - i) {
            long count = links[i].socket().sendFile(files[i], sent[i], 6_000_000 - sent[i]);
            sent[i] += Math.max(0, count);
            if (count == 0 && !wasFull) {
                wasFull = true;
                receivers[0].start();
                receivers[1].start();
            }
        }
        assertTrue(wasFull, "6 MB fit into no socket's buffer");
        for (int i = 0; i < 2; i++) {
            receivers[i].join();
            assertArrayEquals(contents[i], received[i]);
        }
    }

    @Test
    void sendsSmallWritesOfTheProcessInBetween() throws Exception {
        FileChannel file = file("file");
        rig.write(socket, "<");
        socket.sendFile(file, 0, 4);
        rig.write(socket, "|");
        socket.sendFile(file, 0, 2);
        rig.write(socket, ">");
        assertEquals("<file|fi>", EpollRig.receive(link.peer(), 9));
    }

    @Test
    void returnsZeroWhenItWouldBlockAndForgetsTheRestWithTheSocket() throws Exception {
        FileChannel file = file(new byte[1 << 20]);
        long sent;
        do {
            sent = socket.sendFile(file, 0, 1 << 20);
        } while (sent > 0);
        assertEquals(0, sent);
        socket.close();
        Link other = rig.link(2);
        assertEquals(3, other.socket().sendFile(file("abc"), 0, 3));
        assertEquals("abc", EpollRig.receive(other.peer()));
    }

    @Test
    void tellsThatThePeerIsGoneAndWorksForOthers() throws Exception {
        socket.shutdownOutput();
        FileChannel file = file("0123456789");
        SystemCallException broken = assertThrows(SystemCallException.class, () -> socket.sendFile(file, 0, 10));
        assertEquals(Errno.EPIPE, broken.errno());
        assertEquals("sendfile(2) to " + EpollErrors.text(socket.remoteAddress()) + ": EPIPE", broken.getMessage());
        Link other = rig.link(2);
        assertEquals(2, other.socket().sendFile(file, 8, 10));
        assertEquals("89", EpollRig.receive(other.peer()));
    }

    @Test
    void anInterruptedThreadClosesNothing() throws Exception {
        FileChannel file = file("0123456789");
        Thread.currentThread().interrupt();
        assertEquals(10, socket.sendFile(file, 0, 10));
        assertTrue(Thread.interrupted());
        assertTrue(file.isOpen());
        assertEquals("0123456789", EpollRig.receive(link.peer()));
        assertEquals(1, socket.sendFile(file, 9, 1));
    }

    @Test
    void aChannelThatCannotBeReadHarmsNoOther() throws Exception {
        Path path = Files.createTempFile(directory, "write", "");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            assertThrows(NonReadableChannelException.class, () -> socket.sendFile(file, 0, 10));
        }
        assertEquals(3, socket.sendFile(file("abc"), 0, 3));
        assertEquals("abc", EpollRig.receive(link.peer()));
    }

    @Test
    void everyDescriptorOfItIsCloseOnExecAndNonBlocking() throws Exception {
        Set<Integer> before = pipes();
        socket.sendFile(file("abc"), 0, 3);
        Set<Integer> made = pipes();
        made.removeAll(before);
        assertEquals(2, made.size());
        Syscalls kernel = rig.poller.workspace.kernel;
        for (int fd : made) {
            assertEquals(Linux.FD_CLOEXEC, kernel.fcntl(fd, Linux.F_GETFD, 0));
            assertTrue((kernel.fcntl(fd, Linux.F_GETFL, 0) & Linux.O_NONBLOCK) != 0);
        }
    }

    /** The descriptors of pipes. Others may be closed meanwhile: threads of the JVM open files as well. */
    private static Set<Integer> pipes() throws IOException {
        Set<Integer> found = new HashSet<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path entry : all.toList()) {
                if (isPipe(entry)) {
                    found.add(Integer.valueOf(entry.getFileName().toString()));
                }
            }
        }
        return found;
    }

    private static boolean isPipe(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false;
        }
    }

    private void sendAll(RawSocket target, int slot, FileChannel file, long position, long count) throws IOException {
        long sent = 0;
        while (sent < count) {
            long now = target.sendFile(file, position + sent, count - sent);
            sent += now;
            if (now == 0) {
                rig.await(slot, ReadySink.WRITABLE);
            }
        }
    }

    private static void receiveAll(Link from, byte[] bytes) {
        try {
            ByteBuffer room = ByteBuffer.wrap(bytes);
            while (room.hasRemaining() && from.peer().read(room) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
