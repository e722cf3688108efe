package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.Connection;

/**
 * Puts around a payload what makes it a frame: a header in front of it, a trailer behind it, or neither.
 *
 * <p>{@link #write} copies no payload of more than 512 bytes. Best off is a payload with room: if the read index is at least
 * {@link #headerBytes()} and {@link #trailerBytes()} can be written behind it, header and trailer go there, and the whole
 * frame is one buffer. The payload of a frame that was decoded and detached has this room.
 *
 * <pre>{@code
 * Buffer message = loop.buffers().acquire(encoder.headerBytes() + 1000);
 * message.writeIndex(encoder.headerBytes()).readIndex(encoder.headerBytes());
 * message.writeLatin1("hello");
 * encoder.write(connection, message);
 * }</pre>
 *
 * <p><b>Threading:</b> stateless, for any number of connections; each call belongs on its connection's loop.
 *
 * <p><b>Ownership:</b> {@code write} takes the payload over, whatever the outcome.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for a payload that would not come out of the decoder as it went in:
 * nothing is written then. If only a part of a frame finds room in the connection's queue, the connection is aborted before
 * the exception goes on, for its peer could not find the next frame.
 */
public interface FrameEncoder {

    /** The length of the header. */
    int headerBytes();

    /** The length of the trailer. */
    int trailerBytes();

    /** Throws {@link IllegalArgumentException} if the readable bytes cannot be a payload. Consumes nothing. */
    void check(Buffer payload);

    /** Appends the header for a payload of this length. */
    void writeHeader(Buffer out, int payloadBytes);

    /** Appends the trailer. */
    void writeTrailer(Buffer out);

    /** Writes a frame. Returns as {@link Connection#write(Buffer)}. */
    default boolean write(Connection connection, Buffer payload) {
        return FrameWrites.write(this, connection, payload);
    }
}
