package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.WriteVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;

/**
 * A socket whose calls answer as written down.
 *
 * <p>Reads take the next step: bytes (what does not fit stays for the next read), {@link #END}, {@link #BLOCK}, or an
 * exception. Writes take as many bytes as {@link #room} says, 0 being "would block", or throw what is queued.
 */
final class ScriptedSocket implements RawSocket {
    /** The end of input. */
    static final Object END = "end of input";

    /** A read that would block although more follows. */
    static final Object BLOCK = "would block";

    /** What the next reads answer. */
    final Deque<Object> input = new ArrayDeque<>();

    /** How many bytes the next write takes; a negative number throws {@code ECONNRESET}. */
    IntSupplier room = () -> Integer.MAX_VALUE;

    /** What the next {@link #connect} and {@link #finishConnect} answer: booleans and exceptions; true when empty. */
    final Deque<Object> connects = new ArrayDeque<>();

    /** Whether the poller has no writable event for it. */
    boolean isStuck;

    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int reads;
    int writes;
    boolean outputEnded;
    boolean closed;
    boolean reset;

    boolean isReadable() {
        return !input.isEmpty();
    }

    boolean isWritable() {
        return !isStuck;
    }

    boolean isClosed() {
        return closed || reset;
    }

    static SystemCallException failure(String call, Errno errno) {
        return new SystemCallException(call, "", errno, "");
    }

    @Override
    public int read(Buffer target) throws IOException {
        reads++;
        Object step = input.poll();
        if (step == null || step == BLOCK) {
            return 0;
        }
        if (step == END) {
            return -1;
        }
        if (step instanceof IOException failure) {
            throw failure;
        }
        byte[] bytes = (byte[]) step;
        int count = Math.min(bytes.length, target.writableBytes());
        if (count == 0) {
            throw new AssertionError("a read into a buffer without room");
        }
        target.writeBytes(bytes, 0, count);
        if (count < bytes.length) {
            byte[] rest = new byte[bytes.length - count];
            System.arraycopy(bytes, count, rest, 0, rest.length);
            input.push(rest);
        }
        return count;
    }

    @Override
    public long write(WriteVector vector) throws IOException {
        writes++;
        if (vector.bytes() == 0) {
            throw new AssertionError("a write of nothing");
        }
        if (outputEnded) {
            throw failure("write(2)", Errno.EPIPE);
        }
        int left = room.getAsInt();
        if (left < 0) {
            throw failure("write(2)", Errno.ECONNRESET);
        }
        int taken = 0;
        for (int i = 0; i < vector.count() && left > 0; i++) {
            Buffer buffer = vector.buffer(i);
            byte[] bytes = new byte[Math.min(left, buffer.readableBytes())];
            buffer.getBytes(buffer.readIndex(), bytes, 0, bytes.length);
            sent.writeBytes(bytes);
            left -= bytes.length;
            taken += bytes.length;
        }
        return taken;
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) {
        throw new AssertionError("SENDFILE is not among the capabilities");
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return finishConnect();
    }

    @Override
    public boolean finishConnect() throws IOException {
        Object answer = connects.isEmpty() ? Boolean.TRUE : connects.pop();
        if (answer instanceof IOException failure) {
            throw failure;
        }
        return (Boolean) answer;
    }

    @Override
    public void shutdownOutput() {
        outputEnded = true;
    }

    @Override
    public void closeWithReset() {
        reset = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public SocketAddress localAddress() {
        return ScriptedTransport.LOCAL;
    }

    @Override
    public SocketAddress remoteAddress() {
        return ScriptedTransport.REMOTE;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) {
        throw new UnsupportedOperationException(option.name());
    }

    @Override
    public <T> T getOption(SocketOption<T> option) {
        throw new UnsupportedOperationException(option.name());
    }
}
