package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.ProtocolException;

/** Reads requests with their bodies, as a server would, and notes what it understood. */
final class RequestLog {
    private final StringBuilder log = new StringBuilder();
    private final RequestParser parser;
    private final BodyDecoder body;
    private boolean isInBody;
    private boolean isOver;

    RequestLog(HttpLimits limits) {
        parser = new RequestParser(limits);
        body = new BodyDecoder(limits);
    }

    void feed(Buffer in) {
        try {
            while (!isOver && (isInBody ? readBody(in) : readHead(in))) {
                // The next one may be there too.
            }
        } catch (ProtocolException e) {
            log.append('!').append(e.violation());
            isOver = true;
        }
    }

    private boolean readHead(Buffer in) {
        if (!parser.parse(in)) {
            return false;
        }
        log.append(parser.request()).append(' ').append(fields(parser.request().headers()));
        if (parser.request().hasBody()) {
            log.append(" '");
            body.begin(parser.request().bodyLength());
            isInBody = true;
        } else {
            log.append('\n');
        }
        return true;
    }

    private boolean readBody(Buffer in) {
        int count = body.next(in, Integer.MAX_VALUE);
        if (count == BodyDecoder.END) {
            log.append("' end");
            if (body.trailers().count() > 0) {
                log.append(' ').append(fields(body.trailers()));
            }
            log.append('\n');
            isInBody = false;
            return true;
        }
        take(in, count, log);
        return count > 0;
    }

    static void take(Buffer in, int count, StringBuilder log) {
        for (int i = 0; i < count; i++) {
            log.append((char) (in.readByte() & 0xFF));
        }
    }

    static String fields(HttpHeaders headers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < headers.count(); i++) {
            text.append(i == 0 ? "[" : ", ").append(headers.name(i)).append('=').append(headers.value(i));
        }
        return headers.count() == 0 ? "[]" : text.append(']').toString();
    }

    static String fields(HttpFields fields) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < fields.count(); i++) {
            text.append(fields.name(i)).append('=').append(fields.value(i)).append(';');
        }
        return text.append(']').toString();
    }

    @Override
    public String toString() {
        return log.toString();
    }
}
