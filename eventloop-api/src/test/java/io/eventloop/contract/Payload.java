package io.eventloop.contract;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Bytes to send: repeatable, and without a period that could hide a mix-up. */
public final class Payload {
    private Payload() {}

    /** So many bytes of the sequence that the seed stands for. */
    public static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** The characters as one byte each. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes as one character each. */
    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** All parts, one after the other. */
    public static byte[] concatenation(byte[]... parts) {
        int total = 0;
        for (byte[] part : parts) {
            total += part.length;
        }
        byte[] all = new byte[total];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
