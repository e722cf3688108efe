package io.eventloop.http;

/**
 * The character classes of HTTP: what a token, a field value and a request target may consist of (RFC 9110 §5.5, §5.6.2,
 * RFC 3986 §2). One table answers for all of them, so that what a parser accepts and what an encoder lets through are
 * the same.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> never throws.
 */
public final class HttpSyntax {
    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int TARGET = 4;
    private static final int HOST = 8;
    private static final byte[] CLASSES = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            // HTAB, SP, VCHAR and obs-text; no other control character and no DEL.
            if (c == '\t' || c >= ' ' && c != 0x7F) {
                CLASSES[c] |= VALUE;
            }
        }
        for (int c = '0'; c <= 'z'; c++) {
            if (Character.isLetterOrDigit(c)) {
                CLASSES[c] |= TOKEN | TARGET | HOST;
            }
        }
        mark("!#$%&'*+-.^_`|~", TOKEN);
        // RFC 3986 §2.2 and §2.3; without "#", for a request target has no fragment.
        mark("-._~:/?[]@!$&'()*+,;=%", TARGET);
        // A registered name or an IPv4 address, without the sub-delimiters that no name in use has; brackets and colons
        // have their own places.
        mark("-._~", HOST);
    }

    private HttpSyntax() {}

    private static void mark(String characters, int kind) {
        for (int i = 0; i < characters.length(); i++) {
            CLASSES[characters.charAt(i)] |= (byte) kind;
        }
    }

    /** Whether this is a {@code tchar}. */
    public static boolean isTokenChar(int c) {
        return c >= 0 && c < 256 && (CLASSES[c] & TOKEN) != 0;
    }

    /** Whether a field value may contain this: HTAB, SP, VCHAR, obs-text. */
    public static boolean isValueChar(int c) {
        return c >= 0 && c < 256 && (CLASSES[c] & VALUE) != 0;
    }

    /** Whether a request target may contain this: any character of a URI but {@code #}. */
    public static boolean isTargetChar(int c) {
        return c >= 0 && c < 256 && (CLASSES[c] & TARGET) != 0;
    }

    /** Whether a registered name or an IPv4 address may contain this. */
    public static boolean isHostChar(int c) {
        return c >= 0 && c < 256 && (CLASSES[c] & HOST) != 0;
    }

    /** Whether this is {@code 1*tchar}. */
    public static boolean isToken(CharSequence text) {
        return text.length() > 0 && consistsOf(text, TOKEN);
    }

    /** Whether this can be written as a field value, the empty one included. */
    public static boolean isValue(CharSequence text) {
        return consistsOf(text, VALUE);
    }

    /** Whether this consists of the characters of a request target, with complete escapes, and is not empty. */
    public static boolean isTarget(CharSequence text) {
        if (text.length() == 0 || !consistsOf(text, TARGET)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            // RFC 3986 §2.1
            if (text.charAt(i) == '%' && !(isHexDigit(text, i + 1) && isHexDigit(text, i + 2))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHexDigit(CharSequence text, int index) {
        return index < text.length() && Character.digit(text.charAt(index), 16) >= 0;
    }

    private static boolean consistsOf(CharSequence text, int kind) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF || (CLASSES[c] & kind) == 0) {
                return false;
            }
        }
        return true;
    }
}
