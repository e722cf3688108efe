package io.eventloop.engine;

import io.eventloop.spi.Capability;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A run of file bytes in a write queue.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> closes the file only if told to.
 *
 * <p><b>Failure:</b> a file that is too short throws, naming the position.
 */
final class FilePart extends KernelPart {
    private final Loop loop;
    private final FileChannel file;
    private final boolean closeWhenDone;
    private long position;

    FilePart(Loop loop, FileChannel file, long position, long count, boolean closeWhenDone) {
        this.file = Objects.requireNonNull(file);
        this.closeWhenDone = closeWhenDone;
        if (position < 0 || count < 0) {
            done();
            throw new IllegalArgumentException(
                    "position " + position + ", count " + count + ": neither may be negative");
        }
        this.loop = loop;
        this.position = position;
        this.remaining = count;
    }

    @Override
    long send(RawSocket socket, long most) throws IOException {
        long sent = loop.hasCapability(Capability.SENDFILE)
                ? socket.sendFile(file, position, most)
                : sendThroughBuffer(socket, most);
        if (sent < 0) {
            throw new IOException(
                    "file ends at or before " + position + ", " + remaining + " bytes of it were still to be sent");
        }
        position += sent;
        return sent;
    }

    private long sendThroughBuffer(RawSocket socket, long most) throws IOException {
        PooledBuffer copy = loop.pool().acquire(loop.pool().largestClassBytes());
        WriteVector vector = loop.memory().vector();
        try {
            ByteBuffer room = copy.writable();
            room.limit((int) Math.min(room.limit(), room.position() + most));
            int read = file.read(room, position);
            if (read <= 0) {
                return -1;
            }
            copy.writeIndex(read);
            vector.add(copy);
            return socket.write(vector);
        } finally {
            vector.clear();
            copy.release();
        }
    }

    @Override
    void done() {
        if (closeWhenDone) {
            try {
                file.close();
            } catch (IOException e) {
                // It was open for reading: nothing is lost.
            }
        }
    }
}
