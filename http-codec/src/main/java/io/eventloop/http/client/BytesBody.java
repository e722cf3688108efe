package io.eventloop.http.client;

import io.eventloop.Buffer;

/** A body in memory. One that is not small is written in pieces, as the peer takes them. */
final class BytesBody implements RequestBody {
    /** A size class of buffers, by default. */
    private static final int PIECE_BYTES = 16 << 10;

    private final byte[] bytes;

    BytesBody(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public boolean isReplayable() {
        return true;
    }

    /** Whether it goes into one buffer with the head. */
    boolean isSmall() {
        return bytes.length <= PIECE_BYTES;
    }

    void appendTo(Buffer out) {
        out.writeBytes(bytes);
    }

    @Override
    public void start(RequestStream stream) {
        onWritable(stream);
    }

    @Override
    public void onWritable(RequestStream stream) {
        boolean takesMore = true;
        while (takesMore && stream.writtenBytes() < bytes.length) {
            int from = (int) stream.writtenBytes();
            int count = Math.min(PIECE_BYTES, bytes.length - from);
            takesMore = stream.write(stream.acquire(count).writeBytes(bytes, from, count));
        }
        if (stream.isOpen() && stream.writtenBytes() == bytes.length) {
            stream.end();
        }
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
