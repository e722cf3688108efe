package io.eventloop.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * File bytes in a queue of plaintext.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> closes the file only if told to.
 *
 * <p><b>Failure:</b> a file that is too short throws, naming the position.
 */
final class FileRun {
    private final FileChannel file;
    private final boolean closeWhenDone;
    private long position;
    private long remaining;

    FileRun(FileChannel file, long position, long count, boolean closeWhenDone) {
        this.file = Objects.requireNonNull(file);
        this.closeWhenDone = closeWhenDone;
        if (position < 0 || count < 0) {
            done();
            throw new IllegalArgumentException(
                    "position " + position + ", count " + count + ": neither may be negative");
        }
        this.position = position;
        this.remaining = count;
    }

    long remaining() {
        return remaining;
    }

    int take(byte[] target, int offset, int most) throws IOException {
        int count = file.read(ByteBuffer.wrap(target, offset, (int) Math.min(most, remaining)), position);
        if (count <= 0) {
            throw new IOException(
                    "file ends at or before " + position + ", " + remaining + " bytes of it were still to be sent");
        }
        position += count;
        remaining -= count;
        return count;
    }

    void done() {
        if (closeWhenDone) {
            try {
                file.close();
            } catch (IOException e) {
                // It was open for reading: nothing is lost.
                return;
            }
        }
    }
}
