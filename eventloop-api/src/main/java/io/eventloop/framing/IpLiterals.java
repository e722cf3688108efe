package io.eventloop.framing;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * IP addresses and their text, strictly: no names, no zones, no leading zeros in decimals, never a lookup.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none. <b>Failure:</b> an empty array for what is no address.
 */
final class IpLiterals {
    private static final byte[] NONE = {};
    private static final int GROUPS = 8;

    private IpLiterals() {}

    static InetAddress inet4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** An IPv6 address also for one that maps an IPv4 address. */
    static InetAddress inet6(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The 4 bytes of a dotted decimal address. */
    static byte[] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return NONE;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            int value = parseDecimal(parts[i], 255);
            if (value < 0) {
                return NONE;
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** A decimal without sign and leading zeros, up to {@code max}; −1 for anything else. */
    static int parseDecimal(String text, int max) {
        int length = text.length();
        if (length == 0 || length > 5 || length > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value <= max ? value : -1;
    }

    /** The 16 bytes of an address: RFC 4291 §2.2, the form with a dotted decimal end included. */
    static byte[] parse6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] bytes = groups(text, true);
            return bytes.length == 2 * GROUPS ? bytes : NONE;
        }
        String before = text.substring(0, gap);
        String after = text.substring(gap + 2);
        byte[] front = before.isEmpty() ? NONE : groups(before, false);
        byte[] back = after.isEmpty() ? NONE : groups(after, true);
        boolean isRead = (before.isEmpty() || front.length > 0) && (after.isEmpty() || back.length > 0);
        // The gap stands for at least one group.
        if (!isRead || front.length + back.length > 2 * (GROUPS - 1)) {
            return NONE;
        }
        byte[] bytes = new byte[2 * GROUPS];
        System.arraycopy(front, 0, bytes, 0, front.length);
        System.arraycopy(back, 0, bytes, bytes.length - back.length, back.length);
        return bytes;
    }

    private static byte[] groups(String text, boolean mayEndDotted) {
        String[] parts = text.split(":", -1);
        if (parts.length > GROUPS) {
            return NONE;
        }
        byte[] bytes = new byte[2 * GROUPS + 2];
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (mayEndDotted && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                byte[] dotted = parse4(parts[i]);
                if (dotted.length == 0) {
                    return NONE;
                }
                System.arraycopy(dotted, 0, bytes, count, dotted.length);
                count += dotted.length;
                continue;
            }
            int value = parseHex(parts[i]);
            if (value < 0) {
                return NONE;
            }
            bytes[count++] = (byte) (value >>> 8);
            bytes[count++] = (byte) value;
        }
        return Arrays.copyOf(bytes, count);
    }

    private static int parseHex(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** The text of an address, without a zone. */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        StringBuilder text = new StringBuilder(39);
        if (bytes.length == 4) {
            for (byte part : bytes) {
                text.append(text.isEmpty() ? "" : ".").append(part & 0xFF);
            }
            return text.toString();
        }
        for (int i = 0; i < bytes.length; i += 2) {
            int group = (bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF;
            text.append(text.isEmpty() ? "" : ":").append(Integer.toHexString(group));
        }
        return text.toString();
    }
}
