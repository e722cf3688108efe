package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes DER, X.690, as much of it as keys and certificates take.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class Der {
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length < 0x80) {
            all.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            int zeros = bytes[0] == 0 ? 1 : 0;
            all.write(0x80 | bytes.length - zeros);
            all.write(bytes, zeros, bytes.length - zeros);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    static byte[] sequence(byte[]... elements) {
        return element(0x30, elements);
    }

    static byte[] set(byte[]... elements) {
        return element(0x31, elements);
    }

    /** {@code [number] EXPLICIT}. */
    static byte[] tagged(int number, byte[]... elements) {
        return element(0xA0 | number, elements);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] integer(long value) {
        return integer(BigInteger.valueOf(value));
    }

    static byte[] octets(byte[] bytes) {
        return element(0x04, bytes);
    }

    static byte[] bits(byte[] bytes) {
        return element(0x03, new byte[1], bytes);
    }

    static byte[] nothing() {
        return element(0x05);
    }

    static byte[] truth() {
        return element(0x01, new byte[] {(byte) 0xFF});
    }

    static byte[] text(String text) {
        return element(0x0C, text.getBytes(UTF_8));
    }

    /** RFC 5280 §4.1.2.5: two digits of the year up to 2049. */
    static byte[] time(Instant moment) {
        return moment.atZone(ZoneOffset.UTC).getYear() < 2050
                ? element(0x17, UTC.format(moment).getBytes(US_ASCII))
                : element(0x18, GENERALIZED.format(moment).getBytes(US_ASCII));
    }

    /** @param dotted such as {@code 1.2.840.10045.2.1} */
    static byte[] identifier(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >>> shift != 0) {
                    content.write(0x80 | arc >>> shift & 0x7F);
                }
            }
            content.write(arc & 0x7F);
        }
        return element(0x06, content.toByteArray());
    }
}
