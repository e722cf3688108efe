package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.ClassPath;
import io.eventloop.contract.Descriptors;
import io.eventloop.contract.PlainBuffer;
import io.eventloop.contract.Programs;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DescriptorPassingTest {
    private static final int SENDER = 1;
    private static final int RECEIVER = 2;

    @TempDir
    private Path directory;

    /** Where descriptors are passed. */
    private EpollRig rig;

    /** Where the connections come from. */
    private EpollRig tcp;

    private EpollSocket sender;
    private EpollSocket receiver;
    private final RawSocket[] passed = new RawSocket[1];

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig(UnixDomainSocketAddress.of(directory.resolve("s")));
        tcp = new EpollRig();
        EpollSocket[] pair = rig.pair(SENDER);
        sender = pair[0];
        receiver = pair[1];
        rig.poller.register(receiver, RECEIVER, 1);
    }

    @AfterEach
    void close() throws Exception {
        tcp.close();
        rig.close();
    }

    private int send(RawSocket socket, String payload) throws Exception {
        Buffer bytes = rig.buffer().writeLatin1(payload);
        try {
            return sender.sendDescriptor(socket, bytes);
        } finally {
            bytes.release();
        }
    }

    private String receive() throws Exception {
        Buffer target = rig.buffer();
        try {
            int count = receiver.receiveDescriptor(target, passed);
            while (count == 0) {
                rig.await(RECEIVER, ReadySink.READABLE);
                count = receiver.receiveDescriptor(target, passed);
            }
            return count < 0 ? null : target.toString(StandardCharsets.US_ASCII);
        } finally {
            target.release();
        }
    }

    @Test
    void aLiveConnectionGoesOnWhereItWasPassedTo() throws Exception {
        Link link = tcp.link(1);
        EpollRig.send(link.peer(), "before ");
        assertEquals(4, send(link.socket(), "take"));
        link.socket().close();
        EpollRig.send(link.peer(), "and after");
        assertEquals("take", receive());
        EpollSocket taken = (EpollSocket) rig.closing(passed[0]);
        assertEquals(link.peer().getLocalAddress(), taken.remoteAddress());
        assertEquals(link.peer().getRemoteAddress(), taken.localAddress());
        rig.poller.register(taken, 3, 1);
        StringBuilder received = new StringBuilder();
        while (received.length() < 16) {
            received.append(rig.read(taken, 3));
        }
        assertEquals("before and after", received.toString());
        rig.write(taken, "answer");
        assertEquals("answer", EpollRig.receive(link.peer()));
    }

    @Test
    void anotherProcessTakesALiveConnectionOver() throws Exception {
        Process other = Programs.start(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ClassPath.of(TakeoverProgram.class, EpollTransport.class, Buffer.class, PlainBuffer.class),
                        TakeoverProgram.class.getName(),
                        directory.resolve("s").toString())
                .redirectErrorStream(true));
        Link link = tcp.link();
        EpollSocket giver = rig.closing(rig.accept(SocketOptions.NONE));
        Buffer byteToGoWith = rig.buffer().writeLatin1("x");
        assertEquals(1, giver.sendDescriptor(link.socket(), byteToGoWith));
        byteToGoWith.release();
        link.socket().close();
        EpollRig.send(link.peer(), "answer");
        String answer = "answer from process " + other.pid();
        assertEquals(answer, EpollRig.receive(link.peer(), answer.length()));
        assertNull(EpollRig.receive(link.peer()), "it has the only descriptor left");
        try (InputStream said = other.getInputStream()) {
            String output = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, other.waitFor(), output);
        }
    }

    @Test
    void theDescriptorIsCloseOnExecAndNonBlocking() throws Exception {
        Link link = tcp.link();
        Syscalls kernel = rig.poller.workspace.kernel;
        assertEquals(0, kernel.fcntl(((EpollSocket) link.socket()).fd, Linux.F_SETFL, 0));
        send(link.socket(), "x");
        receive();
        EpollSocket taken = (EpollSocket) rig.closing(passed[0]);
        assertEquals(Linux.FD_CLOEXEC, kernel.fcntl(taken.fd, Linux.F_GETFD, 0));
        assertTrue((kernel.fcntl(taken.fd, Linux.F_GETFL, 0) & Linux.O_NONBLOCK) != 0);
    }

    @Test
    void aSocketThatOthersHaveTooIsDeregisteredByItsClose() throws Exception {
        Link link = tcp.link(1);
        send(link.socket(), "x");
        receive();
        rig.closing(passed[0]);
        tcp.await(1, ReadySink.WRITABLE);
        link.socket().close();
        EpollRig.send(link.peer(), "for the other process");
        assertEquals(0, tcp.poll(), "epoll(7) would go on reporting it");
    }

    @Test
    void bytesThatComeAloneBringNoDescriptor() throws Exception {
        rig.write(sender, "alone");
        assertEquals("alone", receive());
        assertNull(passed[0]);
        send(tcp.link().socket(), "x");
        assertEquals("x", receive());
        assertNotNull(rig.closing(passed[0]));
        sender.close();
        assertNull(receive());
        assertNull(passed[0]);
    }

    @Test
    void aDescriptorThatNobodyAsksForLeavesNoneBehind() throws Exception {
        Link link = tcp.link();
        int before = Descriptors.open().size();
        for (int i = 0; i < 10; i++) {
            send(link.socket(), "x");
            assertEquals("x", rig.read(receiver, RECEIVER));
        }
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void takesOneOfManyAndClosesTheOthers() throws Exception {
        int fd = ((EpollSocket) tcp.link().socket()).fd;
        int before = Descriptors.open().size();
        sendMany(fd, fd, fd, fd);
        assertEquals("x", receive());
        assertEquals(before + 1, Descriptors.open().size());
        rig.closing(passed[0]);
    }

    @Test
    void refusesWhatIsNoStreamSocket() throws Exception {
        int event = rig.poller.workspace.kernel.eventfd(0, Linux.EFD_CLOEXEC);
        int before = Descriptors.open().size();
        sendMany(event);
        SystemCallException refused = assertThrows(SystemCallException.class, this::receive);
        assertEquals("recvmsg(2) from : the descriptor passed is no stream socket", refused.getMessage());
        assertNull(passed[0]);
        assertEquals(before, Descriptors.open().size());
        rig.poller.workspace.kernel.close(event);
    }

    @Test
    void goesOverUnixDomainSocketsAloneAndWithAtLeastOneByte() throws Exception {
        Link link = tcp.link();
        Buffer bytes = rig.buffer().writeLatin1("x");
        assertThrows(UnsupportedOperationException.class, () -> link.socket().sendDescriptor(sender, bytes));
        assertThrows(UnsupportedOperationException.class, () -> link.socket().receiveDescriptor(bytes, passed));
        bytes.release();
        assertThrows(IllegalArgumentException.class, () -> send(link.socket(), ""));
    }

    @Test
    void passesNothingWhenItWouldBlock() throws Exception {
        RawSocket socket = tcp.link().socket();
        String chunk = "x".repeat(4096);
        while (rig.write(sender, chunk) > 0) {
            assertNull(passed[0]);
        }
        assertEquals(0, send(socket, "x"));
    }

    private void sendMany(int... descriptors) {
        Workspace workspace = rig.poller.workspace;
        int length = 16 + Integer.BYTES * descriptors.length;
        Memory.putLong(workspace.control, length);
        Memory.putInt(workspace.control + 8, Linux.SOL_SOCKET);
        Memory.putInt(workspace.control + 12, Linux.SCM_RIGHTS);
        for (int i = 0; i < descriptors.length; i++) {
            Memory.putInt(workspace.control + 16 + (long) i * Integer.BYTES, descriptors[i]);
        }
        Memory.putByte(workspace.value, 'x');
        long message = workspace.message(workspace.value, 1, (length + 7) / 8 * 8);
        assertEquals(1, workspace.kernel.sendmsg(sender.fd, message, 0));
    }
}
