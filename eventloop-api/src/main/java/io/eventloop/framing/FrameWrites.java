package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.Connection;

/**
 * Writes a frame in as few pieces as can be without copying a large payload.
 *
 * <p><b>Threading:</b> the connection's loop. <b>Ownership:</b> takes the payload over. <b>Failure:</b> see
 * {@link FrameEncoder}.
 */
final class FrameWrites {
    /** Up to here a connection copies pieces itself; then one copy of the whole frame is cheaper than three pieces. */
    private static final int SMALL_BYTES = 512;

    private FrameWrites() {}

    static boolean write(FrameEncoder encoder, Connection connection, Buffer payload) {
        int payloadBytes = payload.readableBytes();
        boolean headerIsIn;
        boolean trailerIsIn;
        try {
            encoder.check(payload);
            headerIsIn = prepended(encoder, payload, payloadBytes);
            trailerIsIn = appended(encoder, payload);
        } catch (RuntimeException e) {
            payload.release();
            throw e;
        }
        if (headerIsIn && trailerIsIn) {
            return connection.write(payload);
        }
        if (payloadBytes + encoder.headerBytes() + encoder.trailerBytes() <= SMALL_BYTES) {
            return connection.write(copied(encoder, connection, payload, payloadBytes, headerIsIn, trailerIsIn));
        }
        return writePieces(encoder, connection, payload, payloadBytes, headerIsIn, trailerIsIn);
    }

    /** Writes the header into the room in front of the payload, if there is enough. */
    private static boolean prepended(FrameEncoder encoder, Buffer payload, int payloadBytes) {
        int header = encoder.headerBytes();
        int start = payload.readIndex() - header;
        if (header > 0 && (start < 0 || payload.isReadOnly())) {
            return false;
        }
        if (header > 0) {
            int end = payload.writeIndex();
            payload.readIndex(start).writeIndex(start);
            encoder.writeHeader(payload, payloadBytes);
            payload.writeIndex(end);
        }
        return true;
    }

    private static boolean appended(FrameEncoder encoder, Buffer payload) {
        int trailer = encoder.trailerBytes();
        if (trailer > payload.writableBytes()) {
            return false;
        }
        if (trailer > 0) {
            encoder.writeTrailer(payload);
        }
        return true;
    }

    private static Buffer copied(
            FrameEncoder encoder,
            Connection connection,
            Buffer payload,
            int payloadBytes,
            boolean headerIsIn,
            boolean trailerIsIn) {
        try {
            int bytes = payloadBytes + encoder.headerBytes() + encoder.trailerBytes();
            Buffer whole = connection.loop().buffers().acquire(bytes);
            if (!headerIsIn) {
                encoder.writeHeader(whole, payloadBytes);
            }
            whole.writeBytes(payload, payload.readableBytes());
            if (!trailerIsIn) {
                encoder.writeTrailer(whole);
            }
            return whole;
        } finally {
            payload.release();
        }
    }

    private static boolean writePieces(
            FrameEncoder encoder,
            Connection connection,
            Buffer payload,
            int payloadBytes,
            boolean headerIsIn,
            boolean trailerIsIn) {
        boolean begun = false;
        boolean handedOn = false;
        try {
            if (!headerIsIn) {
                Buffer header = connection.loop().buffers().acquire(encoder.headerBytes());
                encoder.writeHeader(header, payloadBytes);
                connection.write(header);
                begun = true;
            }
            handedOn = true;
            boolean more = connection.write(payload);
            if (!trailerIsIn) {
                begun = true;
                Buffer trailer = connection.loop().buffers().acquire(encoder.trailerBytes());
                encoder.writeTrailer(trailer);
                more = connection.write(trailer);
            }
            return more;
        } catch (RuntimeException e) {
            if (!handedOn) {
                payload.release();
            }
            if (begun) {
                connection.abort();
            }
            throw e;
        }
    }
}
