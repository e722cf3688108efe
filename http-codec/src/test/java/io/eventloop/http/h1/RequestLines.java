package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** Our reading of requests, in the form of {@link PeerParser}. */
final class RequestLines {
    private final List<String> lines = new ArrayList<>();
    private final RequestParser parser;
    private final BodyDecoder body;

    RequestLines(HttpLimits limits) {
        parser = new RequestParser(limits);
        body = new BodyDecoder(limits);
    }

    /** Some report the target of an absolute form as it is, and some what is left of it without scheme and authority. */
    static String line(Object method, String target, long bodyBytes) {
        String local = target.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://[^/?]*", "");
        return method + " " + (local.isEmpty() ? "/" : local) + " " + bodyBytes;
    }

    void feed(Buffer in) {
        try {
            while (parser.parse(in)) {
                HttpRequest request = parser.request();
                String target = request.target();
                boolean isConnect = request.method() == HttpMethod.CONNECT;
                body.begin(request.bodyLength());
                long bytes = 0;
                int count = body.next(in, Integer.MAX_VALUE);
                for (; count > 0; count = body.next(in, Integer.MAX_VALUE)) {
                    bytes += count;
                    in.skip(count);
                }
                if (count == 0) {
                    return;
                }
                lines.add(line(request.method(), target, bytes));
                if (isConnect || !request.isKeptAlive()) {
                    return;
                }
            }
        } catch (ProtocolException e) {
            lines.add("!" + e.violation());
        }
    }

    List<String> lines() {
        return lines;
    }
}
