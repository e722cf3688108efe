package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpStatus;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the heads of responses (RFC 9112 §4, §6): status line, fields, and the fields that frame the body, which it
 * decides about itself.
 *
 * <pre>
 *   begin ──► HeadWriter.field ... ──► finish ──► writeTo
 * </pre>
 *
 * <p><b>Threading:</b> loop-confined; one for each loop. <b>Ownership:</b> the head is built in memory of its own and copied
 * by {@link #writeTo}.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} and {@link IllegalStateException} as {@link HeadWriter} says. After
 * {@code begin} everything before it is forgotten, so a head that failed is simply begun again.
 */
public final class ResponseEncoder {
    /** The length of a body that is not known in advance. */
    public static final long UNKNOWN_LENGTH = -1;

    private static final byte[] CLOSE = latin1("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = latin1("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE = latin1("Connection: Upgrade\r\n");
    private static final byte[] CHUNKED = latin1("Transfer-Encoding: chunked\r\n");

    private final DateCache dates;
    private final HeadWriter head;
    private final byte[][] statusLines = new byte[900][];

    private RequestTraits request = RequestTraits.UNKNOWN;
    private HttpStatus status = HttpStatus.OK;
    private boolean isKeptAlive;

    /** An encoder that stays within these limits and dates responses by this. */
    public ResponseEncoder(HttpLimits limits, DateCache dates) {
        this.dates = dates;
        head = new HeadWriter(limits.maxStartLineBytes() + limits.maxFieldBytes());
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Begins a response, and forgets what was there before. */
    public HeadWriter begin(RequestTraits traits, HttpStatus code) {
        request = traits;
        status = code;
        head.begin();
        int index = code.code() - 100;
        byte[] line = statusLines[index];
        if (line == null) {
            line = statusLines[index] = latin1("HTTP/1.1 " + code.code() + " " + code.reason() + "\r\n");
        }
        head.raw(line);
        return head;
    }

    /**
     * Ends the head. Date is added unless it was written, or the response is an interim one.
     *
     * @param bodyLength in bytes, or {@link #UNKNOWN_LENGTH}. For a response without content it is the length that the
     *     content would have had.
     * @return how the body has to follow
     */
    public BodyEncoding finish(long bodyLength) {
        head.checkOpen();
        isKeptAlive = request.isKeptAlive();
        BodyEncoding encoding = framing(bodyLength);
        if (encoding == BodyEncoding.UNTIL_CLOSE || refusesTunnel(encoding)) {
            isKeptAlive = false;
        }
        connection(encoding);
        if (!status.isInformational() && !head.has(HeaderName.DATE)) {
            head.date(dates);
        }
        head.close();
        return encoding;
    }

    /** RFC 9931: what is behind such a request may be meant for the tunnel, so nothing of it may be read as a request. */
    private boolean refusesTunnel(BodyEncoding encoding) {
        return request.isConnect() && encoding != BodyEncoding.TUNNEL && !status.isInformational();
    }

    /** RFC 9110 §8.6, RFC 9112 §6.1 and §6.2. */
    private BodyEncoding framing(long bodyLength) {
        if (status == HttpStatus.SWITCHING_PROTOCOLS || request.isConnect() && status.isSuccess()) {
            return BodyEncoding.TUNNEL;
        }
        if (status.isInformational() || status == HttpStatus.NO_CONTENT) {
            return BodyEncoding.NONE;
        }
        boolean isWithoutContent = request.isHead() || status == HttpStatus.NOT_MODIFIED;
        if (bodyLength >= 0) {
            if (status != HttpStatus.NOT_MODIFIED || bodyLength > 0) {
                head.number(HeaderName.CONTENT_LENGTH, bodyLength);
            }
            return isWithoutContent || bodyLength == 0 ? BodyEncoding.NONE : BodyEncoding.LENGTH;
        }
        if (isWithoutContent) {
            return BodyEncoding.NONE;
        }
        if (!request.takesChunks()) {
            return BodyEncoding.UNTIL_CLOSE;
        }
        head.raw(CHUNKED);
        return BodyEncoding.CHUNKED;
    }

    private void connection(BodyEncoding encoding) {
        if (status == HttpStatus.SWITCHING_PROTOCOLS) {
            // RFC 9110 §15.2.2
            if (!head.has(HeaderName.UPGRADE)) {
                throw new IllegalStateException("a 101 without the protocol in an Upgrade field");
            }
            head.raw(UPGRADE);
        } else if (encoding == BodyEncoding.TUNNEL || status.isInformational()) {
            return;
        } else if (!isKeptAlive) {
            head.raw(CLOSE);
        } else if (!request.takesChunks()) {
            head.raw(KEEP_ALIVE);
        }
    }

    /** Whether the response that was finished last leaves the connection to further requests; otherwise close it after. */
    public boolean isKeptAlive() {
        return isKeptAlive;
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
