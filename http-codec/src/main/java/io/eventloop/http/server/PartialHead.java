package io.eventloop.http.server;

import io.eventloop.Timer;
import io.eventloop.http.h1.RequestParser;

/** A head that has arrived in part: the parser that looked at it, and the deadline for the rest. Used again by its loop. */
final class PartialHead {
    private final ServerLoop server;
    private final Timer timer;
    RequestParser parser;
    PartialHead older;
    PartialHead newer;
    private H1Connection owner;

    PartialHead(ServerLoop server) {
        this.server = server;
        parser = new RequestParser(server.messageLimits);
        timer = server.loop.timer(this::expired);
    }

    void begin(H1Connection connection) {
        owner = connection;
        long limit = server.headTimeoutNanos;
        if (limit > 0) {
            timer.scheduleNanos(limit);
        }
    }

    H1Connection owner() {
        return owner;
    }

    private void expired() {
        server.counters.count(ServerCounter.HEAD_TIMEOUTS);
        owner.headTooSlow();
    }

    void end() {
        timer.cancel();
        parser.reset();
        owner = null;
    }
}
