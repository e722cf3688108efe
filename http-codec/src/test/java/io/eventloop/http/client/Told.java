package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Writes down what a listener is told, as one line. */
class Told implements ResponseListener {
    final StringBuilder log = new StringBuilder();
    int completions;
    Exchange exchange;
    HttpClientException failure;
    Tunnel tunnel;

    @Override
    public void onInterim(Exchange of, HttpResponse interim) {
        log.append(interim.status().code()).append(' ');
    }

    @Override
    public void onHead(Exchange of, HttpResponse response) {
        exchange = of;
        log.append(response.status().code()).append(' ');
    }

    @Override
    public void onData(Exchange of, Buffer content) {
        log.append(content.toString(StandardCharsets.ISO_8859_1));
        content.skip(content.readableBytes());
    }

    @Override
    public void onComplete(Exchange of, HttpHeaders trailers) {
        completions++;
        for (int i = 0; i < trailers.count(); i++) {
            log.append(' ').append(trailers.name(i)).append('=').append(trailers.value(i));
        }
        log.append(" end");
    }

    @Override
    public void onFailed(Exchange of, HttpClientException why) {
        completions++;
        failure = why;
        log.append('!').append(why.kind());
    }

    @Override
    public void onTunnel(Exchange of, HttpResponse response, Tunnel made) {
        completions++;
        tunnel = made;
        log.append(response.status().code()).append(" tunnel");
    }

    @Override
    public String toString() {
        return log.toString();
    }
}
