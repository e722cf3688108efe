package io.eventloop.http.h1;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpText;
import io.eventloop.http.HttpVersion;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;

/**
 * Decides how the body of a message is framed (RFC 9112 §6.3), and nobody else does. The answer is a number: the length
 * of the body, or one of the negative constants. Wherever two readers could come to different answers, there is none.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link ProtocolException} for framing that is malformed, ambiguous or not spoken here.
 */
public final class BodyFraming {
    /** In chunks, whose last one is empty. */
    public static final long CHUNKED = -1;

    /** All that comes until the peer ends its output; responses only. */
    public static final long UNTIL_CLOSE = -2;

    /** No message any more: the connection belongs to another protocol (101) or another peer (2xx to CONNECT). */
    public static final long TUNNEL = -3;

    private static final String THE_CODING = "chunked";

    private final long maxBodyBytes;
    private final HttpText text = new HttpText();

    /** The rules, with these limits. */
    public BodyFraming(HttpLimits limits) {
        maxBodyBytes = limits.maxBodyBytes();
    }

    /** The framing of a request's body. */
    public long ofRequest(HttpMethod method, HttpVersion version, HttpHeaders headers) {
        long declared = checked(declared(version, headers));
        // A request that says nothing has no body, for its sender cannot end it by closing.
        long framing = declared == UNTIL_CLOSE ? 0 : declared;
        if (framing != 0 && method == HttpMethod.CONNECT) {
            // RFC 9110 §9.3.6: what follows is the tunnel's, or would be taken for it.
            throw new ProtocolException(HttpViolation.UNEXPECTED_CONTENT, "CONNECT with content");
        }
        return framing;
    }

    /** The framing of the body of a response to such a request. */
    public long ofResponse(HttpMethod requestMethod, HttpStatus status, HttpVersion version, HttpHeaders headers) {
        if (status == HttpStatus.SWITCHING_PROTOCOLS || requestMethod == HttpMethod.CONNECT && status.isSuccess()) {
            return TUNNEL;
        }
        // Looked at although it may not count, for a peer that frames in two ways cannot be trusted with the next
        // message.
        long framing = declared(version, headers);
        return status.isWithoutContent() || requestMethod == HttpMethod.HEAD ? 0 : checked(framing);
    }

    /** The limit is for content that comes: HEAD and 304 tell the length of what does not (RFC 9110 §8.6). */
    private long checked(long framing) {
        if (framing > maxBodyBytes) {
            throw new ProtocolException(
                    HttpViolation.BODY_TOO_LARGE, framing + " of at most " + maxBodyBytes + " bytes");
        }
        return framing;
    }

    /** What the fields say; {@link #UNTIL_CLOSE} if they say nothing. */
    private long declared(HttpVersion version, HttpHeaders headers) {
        int coding = headers.indexOf(HeaderName.TRANSFER_ENCODING);
        int length = headers.indexOf(HeaderName.CONTENT_LENGTH);
        if (coding < 0) {
            return length < 0 ? UNTIL_CLOSE : length(headers, length);
        }
        if (version == HttpVersion.HTTP_1_0) {
            // RFC 9112 §6.1
            throw new ProtocolException(HttpViolation.TRANSFER_ENCODING_IN_1_0, "Transfer-Encoding in HTTP/1.0");
        }
        if (length >= 0) {
            throw new ProtocolException(HttpViolation.CONFLICTING_FRAMING, "Transfer-Encoding and Content-Length");
        }
        if (headers.isRepeated(HeaderName.TRANSFER_ENCODING)) {
            throw new ProtocolException(HttpViolation.BAD_TRANSFER_ENCODING, "several Transfer-Encoding fields");
        }
        if (!headers.valueIs(coding, THE_CODING)) {
            throw refused(headers.value(coding, text));
        }
        return CHUNKED;
    }

    private long length(HttpHeaders headers, int index) {
        if (headers.isRepeated(HeaderName.CONTENT_LENGTH)) {
            throw new ProtocolException(HttpViolation.REPEATED_CONTENT_LENGTH, "several Content-Length fields");
        }
        HttpText digits = headers.value(index, text);
        long length = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new ProtocolException(HttpViolation.BAD_CONTENT_LENGTH, "a character that is no digit");
            }
            if (length > (Long.MAX_VALUE - digit) / 10) {
                throw new ProtocolException(HttpViolation.BAD_CONTENT_LENGTH, "above 2^63-1");
            }
            length = length * 10 + digit;
        }
        if (digits.length() == 0) {
            throw new ProtocolException(HttpViolation.BAD_CONTENT_LENGTH, "an empty value");
        }
        return length;
    }

    /** Codings before a final {@code chunked} are not spoken here; anything else is malformed (RFC 9112 §6.1, §7). */
    private static ProtocolException refused(HttpText value) {
        String[] codings = value.toString().split(",", -1);
        boolean isList = true;
        for (int i = 0; i < codings.length; i++) {
            String coding = codings[i].replace('\t', ' ').strip();
            boolean isChunked = coding.equalsIgnoreCase(THE_CODING);
            isList &= isCoding(coding) && isChunked == (i == codings.length - 1);
        }
        return isList
                ? new ProtocolException(HttpViolation.UNKNOWN_TRANSFER_CODING, "a coding besides chunked")
                : new ProtocolException(HttpViolation.BAD_TRANSFER_ENCODING, "not chunked once, at the end");
    }

    private static boolean isCoding(String coding) {
        for (int i = 0; i < coding.length(); i++) {
            if (!ByteScan.isToken(coding.charAt(i))) {
                return false;
            }
        }
        return !coding.isEmpty();
    }
}
