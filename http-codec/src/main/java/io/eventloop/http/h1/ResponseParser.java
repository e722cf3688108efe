package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpVersion;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;

/**
 * Parses the heads of responses (RFC 9112 §4 to §6), as strictly as {@link RequestParser} does requests.
 *
 * <p>Interim responses (1xx) are returned like others: the final response to the same request is still to come, except
 * after 101, whose {@code bodyLength()} is {@link BodyFraming#TUNNEL}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the buffer stays the caller's; its bytes may move between two
 * calls, as a connection's do, but stay in their order. Between two heads the parser holds nothing but the number of
 * interim responses.
 *
 * <p><b>Failure:</b> {@link ProtocolException}, and the same again from each later call until {@link #reset()}. Whether a
 * head is refused, and why, does not depend on the pieces it comes in.
 */
public final class ResponseParser {
    /** {@code HTTP/1.1 200 }, which is as long as the shortest status line without its end. */
    private static final int CODE_FROM = 9;

    private static final int REASON_FROM = 13;

    private final HttpLimits limits;
    private final BodyFraming framing;
    private final HeaderTable table = new HeaderTable();
    private final ResponseHead head = new ResponseHead(table);
    private final FieldLines fields;

    private boolean isWithinFields;
    private boolean isHeadThere;
    private int searched;
    private int interimResponses;
    private ProtocolException failure;

    /** A parser with these limits. */
    public ResponseParser(HttpLimits limits) {
        this.limits = limits;
        framing = new BodyFraming(limits);
        fields = new FieldLines(table, limits);
    }

    /** Forgets everything, a failure included. */
    public void reset() {
        begin();
        interimResponses = 0;
        failure = null;
    }

    private void begin() {
        isWithinFields = false;
        isHeadThere = false;
        searched = 0;
    }

    /** The response whose head was taken last. */
    public HttpResponse response() {
        return head;
    }

    /**
     * Takes a head, if all of it is there.
     *
     * @param requestMethod of the request that this is the response to, which decides whether a body follows
     * @return whether it was: {@link #response()} is there and the buffer's read index behind the head
     */
    public boolean parse(Buffer in, HttpMethod requestMethod) {
        if (failure != null) {
            throw failure;
        }
        try {
            return take(in, requestMethod);
        } catch (ProtocolException e) {
            failure = e;
            throw e;
        }
    }

    private boolean take(Buffer in, HttpMethod requestMethod) {
        if (isHeadThere) {
            begin();
        }
        int base = in.readIndex();
        int end = in.writeIndex();
        if (!isWithinFields) {
            int bound = base + limits.maxStartLineBytes();
            int line = line(in, base, Math.min(end, bound));
            if (line < 0) {
                if (end >= bound) {
                    throw new ProtocolException(
                            HttpViolation.BAD_STATUS_LINE, "more than " + limits.maxStartLineBytes() + " bytes");
                }
                return false;
            }
            fields.begin(line);
            isWithinFields = true;
        }
        int length = fields.parse(in, base, end);
        if (length < 0) {
            return false;
        }
        head.settle(in, base, framing, requestMethod);
        count(head.status());
        in.readIndex(base + length);
        isHeadThere = true;
        return true;
    }

    private void count(HttpStatus status) {
        if (!status.isInformational()) {
            interimResponses = 0;
        } else if (++interimResponses > limits.maxInterimResponses()) {
            throw new ProtocolException(
                    HttpViolation.TOO_MANY_INTERIM_RESPONSES, "more than " + limits.maxInterimResponses());
        }
    }

    /** RFC 9112 §4; the length of the line, or −1 if it is not all there. */
    private int line(Buffer in, int base, int end) {
        if (searched == 0) {
            HttpLine.checkVersion(in, base, end, HttpViolation.BAD_STATUS_LINE);
            checkCode(in, base, end);
            if (end - base < REASON_FROM) {
                return -1;
            }
            searched = REASON_FROM;
        }
        int i = ByteScan.valueEnd(in, base + searched, end);
        searched = i - base;
        if (i == end || !HttpLine.endsAt(in, i, end)) {
            return -1;
        }
        HttpVersion version = in.getLong(base) == HttpLine.HTTP_1_1 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
        head.line(HttpStatus.of(code(in, base)), version, REASON_FROM, i - base - REASON_FROM);
        return i + 2 - base;
    }

    private static int code(Buffer in, int base) {
        int at = base + CODE_FROM;
        return (in.getByte(at) - '0') * 100 + (in.getByte(at + 1) - '0') * 10 + in.getByte(at + 2) - '0';
    }

    /** A space, three digits of which the first is not 0, and a space, as far as they are there. */
    private static void checkCode(Buffer in, int base, int end) {
        int stop = Math.min(end, base + REASON_FROM);
        for (int i = base + CODE_FROM - 1; i < stop; i++) {
            byte c = in.getByte(i);
            int offset = i - base;
            boolean isDigit = c >= '0' && c <= '9' && (c != '0' || offset > CODE_FROM);
            boolean isSpace = offset < CODE_FROM || offset == REASON_FROM - 1;
            if (isSpace ? c != ' ' : !isDigit) {
                throw new ProtocolException(HttpViolation.BAD_STATUS_LINE, "no status code where it should be");
            }
        }
    }
}
