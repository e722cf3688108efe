package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import io.eventloop.framing.ProxyHeaderOptions.Version;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads the PROXY protocol header at the start of a connection's bytes, and nothing behind it.
 *
 * <p>It consumes a header when it is whole, and never a part of one. Bytes that cannot begin a header are known at the first
 * that differs, and a length over the limit as soon as it is read.
 *
 * <p><b>Threading:</b> used by one thread; one for each connection. <b>Ownership:</b> the buffer stays lent.
 *
 * <p><b>Failure:</b> {@link ProtocolViolationException} for a header that is malformed, too long, or missing where required.
 */
public final class ProxyHeaderDecoder {
    /** What has become of the bytes so far. */
    public enum Outcome {
        /** More bytes are needed; none was consumed. */
        INCOMPLETE,
        /** {@link ProxyHeaderDecoder#header()} is there, and consumed. */
        HEADER,
        /** The bytes do not begin with a header, which is optional; none was consumed. */
        ABSENT
    }

    private final Presence presence;
    private final Version version;
    private ProxyHeader header;
    private int searchedBytes;

    /** A decoder for one connection. */
    public ProxyHeaderDecoder(Version version, Presence presence) {
        this.presence = Objects.requireNonNull(presence);
        this.version = Objects.requireNonNull(version);
    }

    /** The header that was read; local if the bytes did not begin with one. */
    public ProxyHeader header() {
        if (header == null) {
            throw new IllegalStateException("no header has been read");
        }
        return header;
    }

    /** Looks at the bytes from the read index on. Not to be called again once there is an outcome. */
    public Outcome decode(Buffer in) {
        boolean isV1 = begins(in, ProxyV1.START);
        if (!isV1 && !begins(in, ProxyV2.SIGNATURE)) {
            return absent();
        }
        return isV1 ? decode1(in) : decode2(in);
    }

    /** Whether the bytes begin with {@code start}, or will if more of the kind come. */
    private static boolean begins(Buffer in, byte[] start) {
        int count = Math.min(start.length, in.readableBytes());
        int from = in.readIndex();
        for (int i = 0; i < count; i++) {
            if (in.getByte(from + i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** A header of the other version is refused also where it is optional: it must not go on as if it were data. */
    private void accept(Version found) {
        if (version != Version.ANY && version != found) {
            throw ProtocolViolationException.malformed(
                    "PROXY protocol header of version " + found + ", accepted is " + version);
        }
    }

    private Outcome absent() {
        if (presence == Presence.REQUIRED) {
            throw ProtocolViolationException.malformed("no PROXY protocol header");
        }
        header = ProxyHeader.local();
        return Outcome.ABSENT;
    }

    private Outcome decode1(Buffer in) {
        if (in.readableBytes() < ProxyV1.START.length) {
            return Outcome.INCOMPLETE;
        }
        accept(Version.V1);
        int start = in.readIndex();
        int available = Math.min(in.readableBytes(), ProxyHeader.MAX_V1_BYTES);
        int end = in.indexOf((byte) '\n', start + searchedBytes, start + available);
        if (end < 0) {
            searchedBytes = available;
            if (available == ProxyHeader.MAX_V1_BYTES) {
                throw ProtocolViolationException.tooLarge(
                        "PROXY protocol header, version 1, of more than " + ProxyHeader.MAX_V1_BYTES + " bytes");
            }
            return Outcome.INCOMPLETE;
        }
        int length = end - 1 - start;
        if (in.getByte(end - 1) != '\r' || length < ProxyV1.START.length) {
            throw ProxyV1.malformed("line feed without a carriage return");
        }
        byte[] line = new byte[length];
        in.getBytes(start, line, 0, length);
        header = ProxyV1.parse(new String(line, StandardCharsets.ISO_8859_1));
        in.readIndex(end + 1);
        return Outcome.HEADER;
    }

    private Outcome decode2(Buffer in) {
        if (in.readableBytes() < ProxyV2.FIXED_BYTES) {
            return Outcome.INCOMPLETE;
        }
        accept(Version.V2);
        int whole = ProxyV2.wholeBytes(in);
        if (in.readableBytes() < whole) {
            return Outcome.INCOMPLETE;
        }
        byte[] bytes = new byte[whole];
        in.getBytes(in.readIndex(), bytes, 0, whole);
        header = ProxyV2.parse(bytes);
        in.skip(whole);
        return Outcome.HEADER;
    }
}
