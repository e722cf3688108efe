package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.EventLoop;

/**
 * What one connection is being sent at the moment: heads and short bodies of any number of responses in one buffer, so
 * that pipelined requests cost one write. One for each loop, for it never outlives the callback that fills it.
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
        return buffer = loop.buffers().acquire(Math.max(bytes, BYTES));
    }

    void append(byte[] bytes) {
        if (bytes.length <= BYTES) {
            room(bytes.length).writeBytes(bytes, 0, bytes.length);
        } else {
            flush();
            connection.write(bytes);
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
        connection.write(bytes);
    }

    /** Queues what there is. */
    void flush() {
        Buffer full = buffer;
        if (full != null) {
            buffer = null;
            connection.write(full);
        }
    }

    /** Forgets a connection that has ended or changed hands. */
    void forget(Connection ended) {
        if (connection == ended) {
            flush();
            connection = null;
        }
    }
}
