package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.h1.BodyDecoder;
import io.eventloop.http.h1.ResponseParser;
import java.nio.charset.StandardCharsets;

/** Takes apart what a client of a test receives for its GETs, POSTs and PUTs. */
final class ResponseFeed {
    /** Told of each final response. */
    interface Responses {
        void head(HttpResponse response);

        void whole(String content);
    }

    private final Responses responses;
    private final ResponseParser parser = new ResponseParser(HttpLimits.DEFAULT);
    private final BodyDecoder body = new BodyDecoder(HttpLimits.DEFAULT);
    private final StringBuilder content = new StringBuilder();
    private boolean isWithin;

    ResponseFeed(Responses responses) {
        this.responses = responses;
    }

    /** On a new connection. */
    void restart() {
        parser.reset();
        content.setLength(0);
        isWithin = false;
    }

    /** Whether a response has begun whose end is not there. */
    boolean isWithin() {
        return isWithin;
    }

    /** Takes what is there; false if the connection is another protocol's from here on. */
    boolean read(Buffer in) {
        while (in.isReadable()) {
            if (!isWithin) {
                if (!parser.parse(in, HttpMethod.GET)) {
                    return true;
                }
                HttpResponse response = parser.response();
                if (response.status() == HttpStatus.SWITCHING_PROTOCOLS) {
                    return false;
                }
                if (response.status().isInformational()) {
                    continue;
                }
                responses.head(response);
                body.begin(response.bodyLength());
                isWithin = true;
            }
            if (!readContent(in)) {
                return true;
            }
        }
        return true;
    }

    /** Whether its end is there. */
    private boolean readContent(Buffer in) {
        while (true) {
            int count = body.next(in, 1 << 16);
            if (count == BodyDecoder.END) {
                String whole = content.toString();
                content.setLength(0);
                isWithin = false;
                responses.whole(whole);
                return true;
            }
            if (count == 0) {
                return false;
            }
            byte[] data = new byte[count];
            in.readBytes(data, 0, count);
            content.append(new String(data, StandardCharsets.US_ASCII));
        }
    }
}
