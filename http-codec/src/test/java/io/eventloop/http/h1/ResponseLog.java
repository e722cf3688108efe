package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.ProtocolException;

/** Reads responses with their bodies, as a client would, and notes what it understood. */
final class ResponseLog {
    private final StringBuilder log = new StringBuilder();
    private final HttpMethod method;
    private final ResponseParser parser;
    private final BodyDecoder body;
    private boolean isInBody;
    private boolean isOver;

    ResponseLog(HttpMethod method, HttpLimits limits) {
        this.method = method;
        parser = new ResponseParser(limits);
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
        if (!parser.parse(in, method)) {
            return false;
        }
        HttpResponse response = parser.response();
        log.append(response.version()).append(' ').append(response.status().code());
        log.append(' ').append(RequestLog.fields(response.headers()));
        if (!response.isKeptAlive() && response.bodyLength() >= 0) {
            log.append(" close");
        }
        if (response.bodyLength() == BodyFraming.TUNNEL) {
            log.append(" tunnel");
            isOver = true;
        } else if (response.hasBody()) {
            log.append(" '");
            body.begin(response.bodyLength());
            isInBody = true;
        } else {
            log.append('\n');
        }
        return true;
    }

    private boolean readBody(Buffer in) {
        int count = body.next(in, Integer.MAX_VALUE);
        if (count == BodyDecoder.END) {
            log.append("' end\n");
            isInBody = false;
            return true;
        }
        RequestLog.take(in, count, log);
        return count > 0;
    }

    @Override
    public String toString() {
        return log.toString();
    }
}
