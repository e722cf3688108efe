package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.Connection;

/**
 * Writes PROXY protocol headers, the first bytes of a connection to a backend that expects one.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for fields in version 1, which has none: nothing is written then.
 */
public enum ProxyHeaderEncoder {
    /** Version 1, a line of text: TCP addresses; for all else it says that they are unknown. */
    V1,
    /** Version 2, binary. */
    V2,
    /** Version 2 with a checksum, if there are addresses to protect. */
    V2_CHECKSUM;

    /** The longest header. */
    public int maxBytes() {
        return this == V1 ? ProxyHeader.MAX_V1_BYTES : ProxyHeader.MAX_V2_BYTES;
    }

    /** Appends a header. */
    public void encode(ProxyHeader header, Buffer out) {
        if (this == V1) {
            ProxyV1.encode(header, out);
        } else {
            ProxyV2.encode(header, this == V2_CHECKSUM, out);
        }
    }

    /** Writes a header. Returns as {@link Connection#write(Buffer)}. */
    public boolean write(Connection connection, ProxyHeader header) {
        Buffer out = connection.loop().buffers().acquire(maxBytes());
        try {
            encode(header, out);
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
        return connection.write(out);
    }
}
