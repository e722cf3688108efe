package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpVersion;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import java.nio.charset.StandardCharsets;

/**
 * Parses the heads of requests (RFC 9112 §2 to §6), strictly: what is malformed is refused, nothing is repaired.
 *
 * <pre>
 *   LINE ──request line──► FIELDS ──empty line──► HEAD, which parse returns
 *    ▲                                              │
 *    └───────────── the next parse ─────────────────┘
 * </pre>
 *
 * <p>{@link #parse} takes a head when all of it is there and otherwise leaves it in the buffer and remembers how far it
 * looked. A head that is the last one over again is recognised and not parsed. Between two heads nothing depends on whose
 * they are, so that one parser serves all connections of a loop in turn; only a connection with a head that is not
 * complete needs one of its own, and gives it back after {@link #reset()}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the buffer stays the caller's; its bytes may move between two
 * calls, as a connection's do, but stay in their order. A copy of a short head may be kept until the next.
 *
 * <p><b>Failure:</b> {@link ProtocolException}, and the same again from each later call until {@link #reset()}. Whether a
 * head is refused, and why, does not depend on the pieces it comes in.
 */
public final class RequestParser {
    private static final int LINE = 0;
    private static final int FIELDS = 1;
    private static final int HEAD = 2;

    private static final long GET = HttpLine.word("GET ") >>> 32;
    private static final long PUT = HttpLine.word("PUT ") >>> 32;
    private static final long POST = HttpLine.word("POST ") >>> 24;
    private static final long HEAD_METHOD = HttpLine.word("HEAD ") >>> 24;
    private static final long PATCH = HttpLine.word("PATCH ") >>> 16;
    private static final long DELETE = HttpLine.word("DELETE ") >>> 8;
    private static final long OPTIONS = HttpLine.word("OPTIONS ");
    private static final long CONNECT = HttpLine.word("CONNECT ");

    private final HttpLimits limits;
    private final BodyFraming framing;
    private final HeaderTable table = new HeaderTable();
    private final RequestHead head = new RequestHead(table);
    private final FieldLines fields;
    private final RepeatedHead repeated = new RepeatedHead();

    private int state = LINE;
    private int emptyLines;
    private ProtocolException failure;

    /** In the request line, relative to its first byte: how far was looked, and the target once the method is known. */
    private int searched;

    private int target;
    private HttpMethod method;

    /** A parser with these limits. */
    public RequestParser(HttpLimits limits) {
        this.limits = limits;
        framing = new BodyFraming(limits);
        fields = new FieldLines(table, limits);
    }

    /** Forgets everything, a failure included. */
    public void reset() {
        state = LINE;
        emptyLines = 0;
        failure = null;
        searched = 0;
        target = 0;
        repeated.forget();
    }

    /** Whether part of a head was seen and the rest is missing. */
    public boolean isWithinHead() {
        return state == FIELDS || state == LINE && (searched > 0 || target > 0);
    }

    /** The request whose head was taken last. */
    public HttpRequest request() {
        return head;
    }

    /**
     * Takes a head, if all of it is there.
     *
     * @return whether it was: {@link #request()} is there and the buffer's read index behind the head
     */
    public boolean parse(Buffer in) {
        if (failure != null) {
            throw failure;
        }
        try {
            return take(in);
        } catch (ProtocolException e) {
            failure = e;
            throw e;
        }
    }

    private boolean take(Buffer in) {
        int end = in.writeIndex();
        if (state == HEAD) {
            if (isRepeated(in, end)) {
                return true;
            }
            reset();
        }
        if (state == LINE) {
            if (searched == 0 && target == 0 && !atMethod(in, end)) {
                return false;
            }
            int base = in.readIndex();
            int bound = base + limits.maxStartLineBytes();
            int line = line(in, base, Math.min(end, bound));
            if (line < 0) {
                if (end >= bound) {
                    throw new ProtocolException(
                            HttpViolation.START_LINE_TOO_LONG, "more than " + limits.maxStartLineBytes() + " bytes");
                }
                return false;
            }
            fields.begin(line);
            state = FIELDS;
        }
        int base = in.readIndex();
        int length = fields.parse(in, base, end);
        if (length < 0) {
            return false;
        }
        head.settle(in, base, framing);
        repeated.parsed(in, base, length);
        in.readIndex(base + length);
        state = HEAD;
        return true;
    }

    /** Takes a head that is the last one over again, for which everything is settled but where it is. */
    private boolean isRepeated(Buffer in, int end) {
        int base = in.readIndex();
        int length = repeated.lengthAt(in, base, end);
        if (length == 0) {
            return false;
        }
        head.at(in, base);
        in.readIndex(base + length);
        return true;
    }

    /** Skips empty lines (RFC 9112 §2.2); whether a byte follows. */
    private boolean atMethod(Buffer in, int end) {
        for (int at = in.readIndex(); at < end; at = in.readIndex()) {
            byte first = in.getByte(at);
            if (first != '\r' && first != '\n') {
                return true;
            }
            if (first == '\n' || emptyLines == limits.maxEmptyLines()) {
                throw new ProtocolException(HttpViolation.STRAY_BYTES, "a line end before the request line");
            }
            if (at + 1 == end) {
                return false;
            }
            if (in.getByte(at + 1) != '\n') {
                throw new ProtocolException(HttpViolation.STRAY_BYTES, "CR without LF before the request line");
            }
            emptyLines++;
            in.skip(2);
        }
        return false;
    }

    /** RFC 9112 §3; the length of the line, or −1 if it is not all there. */
    private int line(Buffer in, int base, int end) {
        if (target == 0 && !method(in, base, end)) {
            return -1;
        }
        int start = base + target;
        int i = target(in, start, Math.max(start, base + searched), end);
        if (i < 0) {
            searched = ~i - base;
            return -1;
        }
        searched = i - base;
        int version = i + 1;
        if (version + 10 <= end && in.getShort(version + 8) == HttpLine.CRLF) {
            long word = in.getLong(version);
            if (word == HttpLine.HTTP_1_1 || word == HttpLine.HTTP_1_0) {
                head.line(
                        method,
                        word == HttpLine.HTTP_1_1 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0,
                        target,
                        i - start);
                return version + 10 - base;
            }
        }
        HttpLine.checkVersion(in, version, end, HttpViolation.BAD_VERSION);
        HttpLine.endsAt(in, version + 8, end);
        return -1;
    }

    /** The space behind the target, or the complement of the index up to which none is. */
    private static int target(Buffer in, int start, int from, int end) {
        int i = from;
        for (; ; ) {
            i = ByteScan.targetEnd(in, i, end);
            if (i == end) {
                return ~i;
            }
            byte stop = in.getByte(i);
            if (stop != '%') {
                return checkedTargetEnd(stop, i, start);
            }
            // RFC 3986 §2.1
            for (int digit = i + 1; digit <= i + 2; digit++) {
                if (digit >= end) {
                    return ~i;
                }
                if (ByteScan.hexDigit(in.getByte(digit)) < 0) {
                    throw new ProtocolException(HttpViolation.BAD_TARGET, "a percent sign without two digits");
                }
            }
            i += 3;
        }
    }

    private static int checkedTargetEnd(byte stop, int i, int start) {
        if (stop == '\r' || stop == '\n') {
            // RFC 9112 §3: HTTP/0.9 is not spoken here.
            throw new ProtocolException(HttpViolation.BAD_VERSION, "a request line without a version");
        }
        if (stop != ' ' || i == start) {
            throw new ProtocolException(HttpViolation.BAD_TARGET, "a character that no target has, or none at all");
        }
        return i;
    }

    /** Finds the method and with it the beginning of the target; false if it is not all there. */
    private boolean method(Buffer in, int base, int end) {
        if (end - base >= Long.BYTES && knownMethod(in.getLong(base))) {
            return true;
        }
        int bound = base + limits.maxMethodBytes() + 1;
        int i = ByteScan.tokenEnd(in, base + searched, Math.min(end, bound));
        if (i == bound) {
            throw new ProtocolException(HttpViolation.BAD_METHOD, "longer than " + limits.maxMethodBytes() + " bytes");
        }
        searched = i - base;
        if (i == end) {
            return false;
        }
        if (in.getByte(i) != ' ' || i == base) {
            throw new ProtocolException(
                    i == base ? HttpViolation.STRAY_BYTES : HttpViolation.BAD_METHOD, "no method where it should be");
        }
        if (i - base < Long.BYTES && knownMethod(gathered(in, base, i + 1))) {
            return true;
        }
        byte[] name = new byte[i - base];
        in.getBytes(base, name, 0, name.length);
        found(HttpMethod.of(new String(name, StandardCharsets.ISO_8859_1)), i + 1 - base);
        return true;
    }

    /** The bytes as the beginning of a word, for which there was no room yet. */
    private static long gathered(Buffer in, int from, int to) {
        long word = 0;
        for (int i = from; i < to; i++) {
            word |= (in.getByte(i) & 0xFFL) << 56 - 8 * (i - from);
        }
        return word;
    }

    private boolean knownMethod(long word) {
        if (word >>> 32 == GET) {
            return found(HttpMethod.GET, 4);
        }
        if (word >>> 24 == POST) {
            return found(HttpMethod.POST, 5);
        }
        if (word >>> 24 == HEAD_METHOD) {
            return found(HttpMethod.HEAD, 5);
        }
        if (word >>> 32 == PUT) {
            return found(HttpMethod.PUT, 4);
        }
        if (word >>> 8 == DELETE) {
            return found(HttpMethod.DELETE, 7);
        }
        if (word == OPTIONS) {
            return found(HttpMethod.OPTIONS, 8);
        }
        if (word >>> 16 == PATCH) {
            return found(HttpMethod.PATCH, 6);
        }
        return word == CONNECT && found(HttpMethod.CONNECT, 8);
    }

    private boolean found(HttpMethod known, int targetFrom) {
        method = known;
        target = targetFrom;
        searched = targetFrom;
        return true;
    }
}
