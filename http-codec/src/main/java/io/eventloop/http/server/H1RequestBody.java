package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.h1.BodyDecoder;

/** Where a request's body stands. A decoder is borrowed while there is a body. */
final class H1RequestBody {
    private final ServerLoop server;
    private BodyDecoder decoder;
    private long declared;
    private long bytes;
    private boolean isEnded;
    private boolean isPaused;
    private boolean isExpected;

    H1RequestBody(ServerLoop server) {
        this.server = server;
    }

    void begin(HttpRequest request) {
        declared = request.bodyLength();
        bytes = 0;
        isPaused = false;
        isExpected = request.expectsContinue();
        isEnded = declared == 0;
        if (!isEnded) {
            decoder = server.takeDecoder();
            decoder.begin(declared);
        }
    }

    /** As {@link BodyDecoder#next}; the bytes count as taken. */
    int next(Buffer in) {
        int count = decoder.next(in, Integer.MAX_VALUE);
        bytes += Math.max(0, count);
        return count;
    }

    /** Whether all that was announced is there, without looking at more bytes. */
    boolean isComplete() {
        return declared == bytes;
    }

    long bytes() {
        return bytes;
    }

    void end() {
        isEnded = true;
    }

    boolean isEnded() {
        return isEnded;
    }

    /** Whether it is worth reading although nobody wants it, to keep the connection. */
    boolean isDiscardable() {
        return !isExpected && declared >= 0 && declared - bytes <= server.limits.maxDiscardedBytes();
    }

    /** Whether the peer waits for a 100, which is then sent. */
    boolean takeExpectation() {
        boolean was = isExpected && bytes == 0;
        isExpected = false;
        return was;
    }

    boolean isPaused() {
        return isPaused;
    }

    void pause() {
        isPaused = true;
    }

    void resume() {
        isPaused = false;
    }

    HttpHeaders trailers() {
        if (!isEnded || decoder == null && declared != 0) {
            throw new IllegalStateException("there are trailers within onEnd alone");
        }
        if (decoder == null) {
            // Without a body nothing was decoded, and there are none.
            decoder = server.takeDecoder();
            decoder.begin(0);
        }
        return decoder.trailers();
    }

    void giveBack() {
        if (decoder != null) {
            server.give(decoder);
            decoder = null;
        }
    }
}
