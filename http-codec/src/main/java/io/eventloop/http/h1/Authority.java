package io.eventloop.http.h1;

import io.eventloop.Buffer;

/**
 * The grammar of a host with perhaps a port (RFC 9110 §7.2, RFC 3986 §3.2): a name, an IPv4 address, or an IPv6 address in
 * brackets. User information and percent escapes, which the grammar of other URIs has, are not accepted.
 */
final class Authority {
    private static final int MAX_PORT = 65_535;

    private Authority() {}

    /** Whether a host is there, and a port in its range or none. */
    static boolean isValid(Buffer bytes, int from, int length, boolean needsPort) {
        int end = from + length;
        int host = from < end && bytes.getByte(from) == '['
                ? addressEnd(bytes, from, end)
                : ByteScan.hostEnd(bytes, from, end);
        if (host <= from) {
            return false;
        }
        if (host == end) {
            return !needsPort;
        }
        return bytes.getByte(host) == ':' && isPort(bytes, host + 1, end, needsPort);
    }

    /** After the closing bracket, or −1. */
    private static int addressEnd(Buffer bytes, int from, int end) {
        int colons = 0;
        for (int i = from + 1; i < end; i++) {
            byte c = bytes.getByte(i);
            if (c == ']') {
                return colons >= 2 ? i + 1 : -1;
            }
            if (c == ':') {
                colons++;
            } else if (c != '.' && ByteScan.hexDigit(c) < 0) {
                return -1;
            }
        }
        return -1;
    }

    /** RFC 3986 §3.2.3: any number of digits, none included. */
    private static boolean isPort(Buffer bytes, int from, int end, boolean isNeeded) {
        int port = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
            if (port > MAX_PORT) {
                return false;
            }
        }
        return from < end || !isNeeded;
    }
}
