package io.eventloop.framing;

import java.util.Arrays;

/**
 * One type-length-value field of a PROXY protocol header, version 2. The value is taken as it is: fields within a field, as
 * those of {@link #SSL}, are for whoever wants them to read.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> keeps and gives copies of the value.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for a type that is no byte or a value that no header has room for.
 *
 * @param type an unsigned byte
 * @param value the bytes of the value
 */
public record ProxyTlv(int type, byte[] value) {
    /** The protocol above, as in TLS. */
    public static final int ALPN = 0x01;

    /** The host name that the client asked for, UTF-8. */
    public static final int AUTHORITY = 0x02;

    /** The checksum of the header. Read and written by decoder and encoder, never in a list of fields. */
    public static final int CRC32C = 0x03;

    /** Padding. */
    public static final int NOOP = 0x04;

    /** Up to 128 bytes that identify the connection. */
    public static final int UNIQUE_ID = 0x05;

    /** What is known of the client's TLS, with fields within. */
    public static final int SSL = 0x20;

    /** The name of the client's network namespace. */
    public static final int NETNS = 0x30;

    /** The field's own header: a byte of type and two of length. */
    static final int HEADER_BYTES = 3;

    /** Checks the ranges. */
    public ProxyTlv {
        FrameRanges.check("type", type, 0, 0xFF);
        FrameRanges.check("length of the value", value.length, 0, ProxyHeader.MAX_V2_BYTES);
        value = value.clone();
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    /** The length of the value. */
    public int valueBytes() {
        return value.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProxyTlv tlv && type == tlv.type && Arrays.equals(value, tlv.value);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "field 0x" + Integer.toHexString(type) + " of " + value.length + " bytes";
    }
}
