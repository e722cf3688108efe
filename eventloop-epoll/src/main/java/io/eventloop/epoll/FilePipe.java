package io.eventloop.epoll;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Brings file bytes to sockets without passing them through the process, for files that are known by their
 * {@link FileChannel} alone.
 *
 * <p>The JDK does not hand out a channel's descriptor, but {@link FileChannel#transferTo} calls {@code sendfile(2)}
 * between two of its own channels. So the one is the file, the other a channel on the entrance of a pipe, opened through
 * {@code /proc/self/fd}; references to the file's pages are in the pipe then, and {@code splice(2)} moves them on to the
 * socket, as {@code sendfile(2)} to a socket does within the kernel.
 *
 * <pre>
 *   file ── sendfile(2), by the JDK ──► pipe ── splice(2) ──► socket
 * </pre>
 *
 * <p>What a full socket leaves in the pipe is remembered with what it is, so that the usual next call, for the bytes that
 * follow, goes on with it; any other call discards it first.
 *
 * <p><b>Threading:</b> confined to one thread. An interrupted thread stays so, and closes nothing. <b>Ownership:</b> the
 * pipe. <b>Failure:</b> see {@link io.eventloop.spi.RawSocket#sendFile}; a failed call leaves the pipe empty.
 */
final class FilePipe implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final byte[] NULL_DEVICE = "/dev/null\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SPLICE_FLAGS = Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK;
    private static final int CLOSED = -1;

    /** Another thread may take the number between two calls; more often than this in a row it does not. */
    private static final int MOST_TRIES = 32;

    private final Workspace workspace;
    private final int capacity;
    private int readEnd;
    private int nullDevice = CLOSED;
    private FileChannel entrance;

    /** Bytes in the pipe, and of what and for whom they are. */
    private long left;

    private FileChannel leftOf;
    private long leftPosition;
    private EpollSocket leftFor;

    FilePipe(Workspace workspace) throws IOException {
        this.workspace = workspace;
        int result = EpollPipe.open(workspace);
        if (result < 0) {
            throw EpollErrors.failed("pipe2(2)", "", result);
        }
        readEnd = EpollPipe.readEnd(workspace);
        int writeEnd = EpollPipe.writeEnd(workspace);
        capacity = workspace.kernel.fcntl(writeEnd, Linux.F_GETPIPE_SZ, 0);
        boolean isDone = false;
        try {
            entrance = openEntrance(writeEnd);
            nullDevice = openNullDevice();
            isDone = true;
        } finally {
            workspace.kernel.close(writeEnd);
            if (!isDone) {
                close();
            }
        }
    }

    /** Whether the system shows descriptors as files. */
    static boolean isPossible() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /**
     * A channel on the same pipe. The JDK opens it blocking and without close-on-exec; its number is guessed, as that of
     * the lowest free descriptor, so that both can be set, and the guess is checked.
     */
    private FileChannel openEntrance(int writeEnd) throws IOException {
        Syscalls kernel = workspace.kernel;
        Path path = DESCRIPTORS.resolve(Integer.toString(writeEnd));
        for (int i = 0; i < MOST_TRIES; i++) {
            int guess = kernel.fcntl(writeEnd, Linux.F_DUPFD_CLOEXEC, 0);
            if (guess < 0) {
                throw EpollErrors.failed("fcntl(2)", "of a pipe", guess);
            }
            kernel.close(guess);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
            if (isSame(DESCRIPTORS.resolve(Integer.toString(guess)), path)) {
                kernel.fcntl(guess, Linux.F_SETFD, Linux.FD_CLOEXEC);
                kernel.fcntl(guess, Linux.F_SETFL, Linux.O_WRONLY | Linux.O_NONBLOCK);
                return channel;
            }
            channel.close();
        }
        throw new SystemCallException("open(2)", "of " + path, Errno.OTHER, "its descriptor could not be told");
    }

    private int openNullDevice() throws SystemCallException {
        Memory.copyIn(NULL_DEVICE, workspace.value);
        int fd = workspace.kernel.open(workspace.value, Linux.O_WRONLY | Linux.O_CLOEXEC);
        if (fd < 0) {
            throw EpollErrors.failed("open(2)", "of /dev/null", fd);
        }
        return fd;
    }

    private static boolean isSame(Path descriptor, Path other) {
        try {
            return Files.readSymbolicLink(descriptor).equals(Files.readSymbolicLink(other));
        } catch (IOException e) {
            return false;
        }
    }

    /** As {@link io.eventloop.spi.RawSocket#sendFile}. */
    long send(FileChannel file, long position, long count, EpollSocket socket) throws IOException {
        if (left > 0 && (leftOf != file || leftPosition != position || leftFor != socket)) {
            discard();
        }
        if (left == 0) {
            if (count == 0) {
                return 0;
            }
            fill(file, position, count, socket);
            if (left == 0) {
                return -1;
            }
        }
        long sent = drain(socket, Math.min(left, count));
        left -= sent;
        leftOf = file;
        leftPosition = position + sent;
        leftFor = socket;
        if (left == 0) {
            forget();
        }
        return sent;
    }

    /** Fills the empty pipe with what fits. */
    private void fill(FileChannel file, long position, long count, EpollSocket socket) throws IOException {
        // A file channel used by an interrupted thread closes itself, and the other one with it.
        boolean isInterrupted = Thread.interrupted();
        try {
            left = file.transferTo(position, Math.min(count, capacity), entrance);
            if (left == 0 && position < file.size()) {
                throw new SystemCallException(
                        "sendfile(2)", "to " + EpollErrors.text(socket.remoteAddress()), Errno.OTHER, "no bytes moved");
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private long drain(EpollSocket socket, long bytes) throws SystemCallException {
        long sent = 0;
        while (sent < bytes) {
            long count = workspace.kernel.splice(readEnd, socket.fd, bytes - sent, SPLICE_FLAGS);
            if (count > 0) {
                sent += count;
            } else if (count == -Linux.EAGAIN) {
                break;
            } else if (count != -Linux.EINTR) {
                discard();
                throw socket.failed("sendfile(2)", "to ", count);
            }
        }
        return sent;
    }

    /** Drops what is left for a socket that is being closed. */
    void forget(EpollSocket socket) {
        if (leftFor == socket) {
            discard();
        }
    }

    /** Empties the pipe; where pages go that are written to the null device, they cost nothing. */
    private void discard() {
        while (left > 0) {
            long count = workspace.kernel.splice(readEnd, nullDevice, left, SPLICE_FLAGS);
            if (count > 0) {
                left -= count;
            } else if (count != -Linux.EINTR) {
                break;
            }
        }
        left = 0;
        forget();
    }

    private void forget() {
        leftOf = null;
        leftFor = null;
    }

    @Override
    public void close() {
        if (readEnd < 0) {
            return;
        }
        try {
            if (entrance != null) {
                entrance.close();
            }
        } catch (IOException e) {
            // close(2) gives the descriptor up whatever it returns.
        }
        workspace.kernel.close(readEnd);
        readEnd = CLOSED;
        if (nullDevice >= 0) {
            workspace.kernel.close(nullDevice);
            nullDevice = CLOSED;
        }
        forget();
    }
}
