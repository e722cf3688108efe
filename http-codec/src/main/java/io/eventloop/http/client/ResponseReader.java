package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.h1.BodyDecoder;
import io.eventloop.http.h1.BodyFraming;
import io.eventloop.http.h1.ResponseParser;

/**
 * Reads one response: heads, then content, piece by piece, as far as the listener takes it.
 *
 * <p>Whatever is called may end the attempt, or begin another one with the same objects. So after each call the number of
 * the attempt is looked at, and the bytes at hand are left alone if it is another one.
 */
final class ResponseReader {
    private final Attempt attempt;
    private final ResponseParser parser;
    private final BodyDecoder decoder;
    private final int maxDiscardedBytes;
    private HttpMethod method = HttpMethod.GET;
    private boolean isWithinBody;
    private boolean isKeptAlive;
    private boolean isDiscarding;
    private boolean isCutShort;

    /** Of a body of known length, what was not offered yet; negative for others. */
    private long lengthLeft;

    private boolean isUntilClose;

    /** Bytes that were offered and are still to be taken. */
    private int held;

    private long discardedBytes;

    ResponseReader(Attempt attempt, HttpLimits limits, int maxDiscardedBytes) {
        this.attempt = attempt;
        this.maxDiscardedBytes = maxDiscardedBytes;
        parser = new ResponseParser(limits);
        decoder = new BodyDecoder(limits);
    }

    /** Begins with the response to a request. */
    void begin(HttpMethod requestMethod) {
        parser.reset();
        method = requestMethod;
        isWithinBody = false;
        isKeptAlive = false;
        isDiscarding = false;
        isCutShort = false;
        isUntilClose = false;
        lengthLeft = 0;
        held = 0;
        discardedBytes = 0;
    }

    /** Whether the final head was there. */
    boolean isWithinBody() {
        return isWithinBody;
    }

    /** Whether the response lets the connection go on. */
    boolean isKeptAlive() {
        return isKeptAlive;
    }

    /** Whether content was discarded until it was enough, and more may come. */
    boolean isCutShort() {
        return isCutShort;
    }

    /** Content is not handed on from here. */
    void discard() {
        isDiscarding = true;
    }

    boolean isDiscarding() {
        return isDiscarding;
    }

    /** Takes what is there. */
    void read(Connection connection, Buffer in) {
        int turn = attempt.turn();
        boolean goesOn = true;
        while (goesOn) {
            goesOn = isWithinBody ? takeBody(connection, in, turn) : takeHead(in, turn);
        }
    }

    /** Whether there may be more in these bytes. */
    private boolean takeHead(Buffer in, int turn) {
        if (!parser.parse(in, method)) {
            return false;
        }
        HttpResponse response = parser.response();
        if (response.status().isInformational() && response.status() != HttpStatus.SWITCHING_PROTOCOLS) {
            // RFC 9110 §15.2: the final response is still to come.
            attempt.interim(response);
            return attempt.turn() == turn;
        }
        long length = response.bodyLength();
        if (length == BodyFraming.TUNNEL) {
            attempt.tunnel(response);
            return false;
        }
        isKeptAlive = response.isKeptAlive();
        isUntilClose = length == BodyFraming.UNTIL_CLOSE;
        lengthLeft = length;
        decoder.begin(length);
        isWithinBody = true;
        attempt.head(response);
        if (attempt.turn() != turn) {
            return false;
        }
        if (length == 0) {
            attempt.complete(decoder.trailers());
            return false;
        }
        return true;
    }

    private boolean takeBody(Connection connection, Buffer in, int turn) {
        if (attempt.isHeldBack()) {
            return false;
        }
        int count = held > 0 ? held : decoder.next(in, Integer.MAX_VALUE);
        if (count == BodyDecoder.END) {
            attempt.complete(decoder.trailers());
            return false;
        }
        if (count == 0) {
            return false;
        }
        if (held == 0 && lengthLeft > 0) {
            lengthLeft -= count;
        }
        held = 0;
        boolean isAll = count == in.readableBytes();
        int left = isDiscarding ? discard(in, count) : offer(connection, in, count, turn);
        if (attempt.turn() != turn) {
            return false;
        }
        if (left > 0) {
            hold(left);
            return false;
        }
        if (lengthLeft == 0) {
            attempt.complete(decoder.trailers());
            return false;
        }
        // A buffer that was offered as a whole may be the listener's by now.
        return !isAll;
    }

    /** How much the listener left. */
    private int offer(Connection connection, Buffer in, int count, int turn) {
        if (count == in.readableBytes()) {
            attempt.data(in);
            return attempt.turn() == turn ? connection.unconsumedBytes() : 0;
        }
        int end = in.readIndex() + count;
        int hidden = in.narrow(count);
        try {
            attempt.data(in);
        } finally {
            in.widen(hidden);
        }
        return end - in.readIndex();
    }

    private void hold(int left) {
        if (attempt.isHeldBack()) {
            held = left;
        } else {
            attempt.fail(
                    HttpClientException.Kind.LISTENER_FAILED,
                    "left " + left + " bytes of content without pausing",
                    null);
        }
    }

    private int discard(Buffer in, int count) {
        in.skip(count);
        discardedBytes += count;
        attempt.progress();
        if (discardedBytes > maxDiscardedBytes) {
            isCutShort = true;
            attempt.complete(decoder.trailers());
        }
        return 0;
    }

    /** The peer has ended its output. Whether that was the end of the response, which is told then. */
    boolean endOfInput() {
        if (!isWithinBody || !isUntilClose || held > 0) {
            return false;
        }
        decoder.endOfInput();
        attempt.complete(decoder.trailers());
        return true;
    }

    /** What is waited for. */
    @Override
    public String toString() {
        return isWithinBody ? "the content of the response" : "the head of the response to " + method;
    }
}
