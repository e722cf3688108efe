package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.ProtocolException;

/** Reads one chunked body and notes what it understood. */
final class ChunkLog {
    private final StringBuilder log = new StringBuilder();
    private final ChunkDecoder decoder;
    private boolean isOver;

    ChunkLog(HttpLimits limits) {
        decoder = new ChunkDecoder(limits);
    }

    void feed(Buffer in) {
        try {
            while (!isOver) {
                int count = decoder.next(in, 5);
                if (count == 0) {
                    return;
                }
                if (count == ChunkDecoder.END) {
                    isOver = true;
                    log.append(" end");
                    if (decoder.trailers().count() > 0) {
                        log.append(' ').append(RequestLog.fields(decoder.trailers()));
                    }
                } else {
                    RequestLog.take(in, count, log);
                }
            }
        } catch (ProtocolException e) {
            log.append('!').append(e.violation());
            isOver = true;
        }
    }

    @Override
    public String toString() {
        return log.toString();
    }
}
