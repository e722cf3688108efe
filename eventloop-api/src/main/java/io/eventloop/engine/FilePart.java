package io.eventloop.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A run of file bytes in a write queue.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> closes the file only if told to. <b>Failure:</b> none.
 */
final class FilePart {
    final FileChannel file;
    private final boolean closeWhenDone;
    long position;
    long remaining;

    FilePart(FileChannel file, long position, long count, boolean closeWhenDone) {
        this.file = file;
        this.position = position;
        this.remaining = count;
        this.closeWhenDone = closeWhenDone;
    }

    void advance(long bytes) {
        position += bytes;
        remaining -= bytes;
    }

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
