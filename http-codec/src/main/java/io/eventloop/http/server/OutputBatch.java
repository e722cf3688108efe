package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.EventLoop;
import java.nio.channels.FileChannel;

/**
 * What one connection is being sent at the moment: heads and short bodies of any number of responses in one buffer, so
 * that pipelined requests cost one write. One for each loop, for it never outlives the callback that fills it.
 *
 * <p>What cannot be queued is missing from the middle of something, so the connection is reset: bytes that came behind it
 * would be taken for it.
 */
final class OutputBatch {
    /** The smallest size class of pools: some thirty short responses. */
    static final int BYTES = 4096;

    private final EventLoop loop;
    private Connection connection;
    private Buffer buffer;

    OutputBatch(EventLoop loop) {
        this.loop = loop;
    }

    /** What follows is for this connection. */
    void to(Connection next) {
        if (connection != next) {
            if (connection != null) {
                flush();
            }
            connection = next;
        }
    }

    /** The buffer, with room for this many bytes in one piece. */
    Buffer room(int bytes) {
        Buffer current = buffer;
        if (current != null && current.writableBytes() >= bytes) {
            return current;
        }
        flush();
        try {
            return buffer = loop.buffers().acquire(Math.max(bytes, BYTES));
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    void append(byte[] bytes) {
        if (bytes.length <= BYTES) {
            room(bytes.length).writeBytes(bytes, 0, bytes.length);
        } else {
            flush();
            try {
                connection.write(bytes);
            } catch (RuntimeException e) {
                throw lost(e);
            }
        }
    }

    /** Appends a buffer, which is no longer the caller's. */
    void append(Buffer bytes) {
        int count = bytes.readableBytes();
        if (count <= BYTES / 2) {
            try {
                room(count).writeBytes(bytes, count);
            } finally {
                bytes.release();
            }
            return;
        }
        try {
            flush();
        } catch (RuntimeException e) {
            bytes.release();
            throw e;
        }
        queue(bytes);
    }

    /** Appends a part of a file, which is closed after that, whatever comes of it. */
    void append(FileChannel file, long position, long count) {
        try {
            flush();
        } catch (RuntimeException e) {
            H1Response.closeQuietly(file);
            throw e;
        }
        try {
            connection.writeAndClose(file, position, count);
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    /** Queues what there is. */
    void flush() {
        Buffer full = buffer;
        if (full != null) {
            buffer = null;
            queue(full);
        }
    }

    private void queue(Buffer bytes) {
        try {
            connection.write(bytes);
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    private RuntimeException lost(RuntimeException failure) {
        connection.abort();
        return failure;
    }

    /** Forgets a connection that has ended or changed hands. */
    void forget(Connection ended) {
        if (connection == ended) {
            flush();
            connection = null;
        }
    }
}
