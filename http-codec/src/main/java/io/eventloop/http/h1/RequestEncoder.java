package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpSyntax;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the heads of requests (RFC 9112 §3, §6): request line, Host, fields, and the fields that frame the body, which it
 * decides about itself.
 *
 * <pre>
 *   begin ──► HeadWriter.field ... ──► finish ──► writeTo
 * </pre>
 *
 * <p><b>Threading:</b> loop-confined; one for each loop. <b>Ownership:</b> the head is built in memory of its own and copied
 * by {@link #writeTo}.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for a target or an authority that cannot be sent, and otherwise as
 * {@link HeadWriter} says. After {@code begin} everything before it is forgotten.
 */
public final class RequestEncoder {
    /** The length of a body that is not known in advance. */
    public static final long UNKNOWN_LENGTH = -1;

    private static final byte[] VERSION = latin1(" HTTP/1.1\r\n");
    private static final byte[] HOST = latin1("Host: ");
    private static final byte[] LINE_END = latin1("\r\n");
    private static final byte[] CLOSE = latin1("Connection: close\r\n");
    private static final byte[] UPGRADE = latin1("Connection: Upgrade\r\n");
    private static final byte[] CHUNKED = latin1("Transfer-Encoding: chunked\r\n");

    private final HeadWriter head;
    private HttpMethod method = HttpMethod.GET;

    /** An encoder that stays within these limits. */
    public RequestEncoder(HttpLimits limits) {
        head = new HeadWriter(limits.maxStartLineBytes() + limits.maxFieldBytes());
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Begins a request, and forgets what was there before.
     *
     * @param target a path with perhaps a query, a whole URI to a proxy, {@code "*"} with OPTIONS; for CONNECT the
     *     authority
     * @param authority the host, and its port unless it is the scheme's: what the Host field says
     */
    public HeadWriter begin(HttpMethod requestMethod, String target, String authority) {
        if (!isTarget(requestMethod, target)) {
            throw new IllegalArgumentException("the target has a character, or a form, that cannot be sent");
        }
        if (!isAuthority(authority)) {
            throw new IllegalArgumentException("the authority is no host with perhaps a port");
        }
        method = requestMethod;
        head.beginRequest();
        head.latin1(requestMethod.name());
        head.latin1(" ");
        head.latin1(target);
        head.raw(VERSION);
        head.raw(HOST);
        head.latin1(authority);
        head.raw(LINE_END);
        return head;
    }

    private static boolean isTarget(HttpMethod method, String target) {
        if (!HttpSyntax.isTarget(target)) {
            return false;
        }
        if (method == HttpMethod.CONNECT) {
            return isAuthority(target) && target.indexOf(':') > 0;
        }
        return target.charAt(0) == '/' || target.contains("://") || target.equals("*") && method == HttpMethod.OPTIONS;
    }

    private static boolean isAuthority(String authority) {
        int bracket = authority.startsWith("[") ? authority.indexOf(']') : 0;
        int colon = authority.indexOf(':', Math.max(0, bracket));
        int hostEnd = colon < 0 ? authority.length() : colon;
        if (hostEnd == 0 || bracket < 0 || bracket > 0 && hostEnd != bracket + 1) {
            return false;
        }
        for (int i = 0; i < authority.length(); i++) {
            char c = authority.charAt(i);
            boolean isInBrackets = i <= bracket && bracket > 0;
            boolean isRight = i > hostEnd
                    ? c >= '0' && c <= '9'
                    : i == hostEnd || (isInBrackets ? isAddressChar(c) : HttpSyntax.isHostChar(c));
            if (!isRight) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAddressChar(char c) {
        return c == '[' || c == ']' || c == ':' || c == '.' || ByteScan.hexDigit(c) >= 0;
    }

    /**
     * Ends the head.
     *
     * @param bodyLength in bytes, or {@link #UNKNOWN_LENGTH}; 0 for no body
     * @param isKeptAlive whether the connection is to be used again
     * @return how the body has to follow
     */
    public BodyEncoding finish(long bodyLength, boolean isKeptAlive) {
        head.checkOpen();
        BodyEncoding encoding = framing(bodyLength);
        if (head.has(HeaderName.UPGRADE)) {
            head.raw(UPGRADE);
        } else if (!isKeptAlive) {
            head.raw(CLOSE);
        }
        head.close();
        return encoding;
    }

    /** RFC 9110 §8.6: with methods that expect content its absence is said. */
    private BodyEncoding framing(long bodyLength) {
        if (bodyLength != 0 && (method == HttpMethod.CONNECT || method == HttpMethod.TRACE)) {
            throw new IllegalArgumentException(method + " with content");
        }
        if (bodyLength < 0) {
            head.raw(CHUNKED);
            return BodyEncoding.CHUNKED;
        }
        boolean expectsContent = method == HttpMethod.POST || method == HttpMethod.PUT || method == HttpMethod.PATCH;
        if (bodyLength > 0 || expectsContent) {
            head.number(HeaderName.CONTENT_LENGTH, bodyLength);
        }
        return bodyLength > 0 ? BodyEncoding.LENGTH : BodyEncoding.NONE;
    }

    /** Bytes of the head that was finished. */
    public int length() {
        return head.length();
    }

    /** Appends the head that was finished to a buffer with room for {@link #length()} bytes. */
    public void writeTo(Buffer out) {
        head.copyTo(out);
    }
}
