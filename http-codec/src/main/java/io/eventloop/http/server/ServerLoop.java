package io.eventloop.http.server;

import io.eventloop.EventLoop;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.h1.BodyDecoder;
import io.eventloop.http.h1.DateCache;
import io.eventloop.http.h1.RequestParser;
import io.eventloop.http.h1.ResponseEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the connections of one loop share: parser, encoder, output, counters, and what they borrow while they are busy. */
final class ServerLoop {
    /** Kept for reuse at most, of each kind; more are left to the garbage collector. */
    private static final int MAX_KEPT = 256;

    private static final long MILLI_NANOS = 1_000_000L;

    final EventLoop loop;
    final ServerSettings settings;
    final HttpServerLimits limits;
    final HttpLimits messageLimits;
    final long headTimeoutNanos;
    final ServerCounters counters = new ServerCounters();
    final OutputBatch batch;
    final ResponseEncoder encoder;
    final DateCache dates;
    final RepeatedReply repeated = new RepeatedReply();
    RequestParser parser;
    H1Connection newest;
    int connections;
    boolean isDraining;

    /** In a drain idle connections may still ask for something. */
    boolean isGraceful;

    private final Spares<H1Exchange> exchanges = new Spares<>(MAX_KEPT);
    private final Spares<BodyDecoder> decoders = new Spares<>(MAX_KEPT);
    private final Spares<PartialHead> spareHeads = new Spares<>(MAX_KEPT);
    private PartialHead oldestHead;
    private PartialHead newestHead;
    private int partialHeads;
    private long nextDateNanos;
    private Runnable emptied = () -> {};

    ServerLoop(EventLoop loop, ServerSettings settings) {
        this.loop = loop;
        this.settings = settings;
        limits = settings.limits();
        messageLimits = settings.messageLimits();
        headTimeoutNanos = limits.headTimeout().toNanos();
        batch = new OutputBatch(loop);
        dates = new DateCache(loop.environment().wallClock().time());
        encoder = new ResponseEncoder(messageLimits, dates);
        parser = new RequestParser(messageLimits);
        nextDateNanos = loop.nanoTime();
    }

    /** Looks at the clock when a second has passed. */
    void refreshDate() {
        long now = loop.nanoTime();
        if (now - nextDateNanos >= 0) {
            long millis = loop.environment().wallClock().time();
            dates.refresh(millis);
            nextDateNanos = now + (1000 - Math.floorMod(millis, 1000)) * MILLI_NANOS;
        }
    }

    H1Exchange takeExchange() {
        H1Exchange spare = exchanges.take();
        return spare != null ? spare : new H1Exchange(this);
    }

    void give(H1Exchange exchange) {
        exchanges.give(exchange);
    }

    BodyDecoder takeDecoder() {
        BodyDecoder spare = decoders.take();
        return spare != null ? spare : new BodyDecoder(messageLimits);
    }

    void give(BodyDecoder decoder) {
        decoders.give(decoder);
    }

    /** Leaves the parser to a connection, with the part of a head it has seen. */
    PartialHead beginPartial(H1Connection owner) {
        PartialHead spare = spareHeads.take();
        PartialHead head = spare != null ? spare : new PartialHead(this);
        RequestParser unused = head.parser;
        head.parser = parser;
        parser = unused;
        head.older = newestHead;
        if (newestHead == null) {
            oldestHead = head;
        } else {
            newestHead.newer = head;
        }
        newestHead = head;
        partialHeads++;
        head.begin(owner);
        if (partialHeads > limits.maxPartialHeads()) {
            counters.count(ServerCounter.PARTIAL_HEADS_ENDED);
            oldestHead.owner().headTooSlow();
        }
        return head;
    }

    void endPartial(PartialHead head) {
        if (head.older == null) {
            oldestHead = head.newer;
        } else {
            head.older.newer = head.newer;
        }
        if (head.newer == null) {
            newestHead = head.older;
        } else {
            head.newer.older = head.older;
        }
        head.older = null;
        head.newer = null;
        partialHeads--;
        head.end();
        spareHeads.give(head);
    }

    void enter(H1Connection connection) {
        connection.older = newest;
        if (newest != null) {
            newest.newer = connection;
        }
        newest = connection;
        connections++;
        counters.count(ServerCounter.OPENED);
    }

    void leave(H1Connection connection) {
        if (connection.newer == null) {
            newest = connection.older;
        } else {
            connection.newer.older = connection.older;
        }
        if (connection.older != null) {
            connection.older.newer = connection.newer;
        }
        connection.older = null;
        connection.newer = null;
        connections--;
        counters.count(ServerCounter.CLOSED);
        if (connections == 0) {
            emptied.run();
        }
    }

    /** Tells each connection to come to its end, and all who asked for it once there is none. */
    void drain(Duration grace, Runnable whenEmpty) {
        isGraceful = !grace.isZero();
        isDraining = true;
        // Who drained it before, for longer, waits for the same.
        Runnable before = emptied;
        emptied = () -> {
            before.run();
            whenEmpty.run();
        };
        if (connections == 0) {
            whenEmpty.run();
        } else if (isGraceful) {
            all().forEach(H1Connection::beginDrain);
            loop.schedule(grace, this::endGrace);
        } else {
            endGrace();
        }
    }

    private void endGrace() {
        isGraceful = false;
        for (H1Connection each : all()) {
            each.onDrain(each.connection);
        }
    }

    /** A copy: what handlers do about it can take others out of the list. */
    private List<H1Connection> all() {
        List<H1Connection> all = new ArrayList<>(connections);
        for (H1Connection each = newest; each != null; each = each.older) {
            all.add(each);
        }
        return all;
    }

    /** Resets what is left. Returns how many. */
    int cut() {
        int cut = 0;
        for (H1Connection each = newest; each != null; each = each.older) {
            counters.count(ServerCounter.DRAIN_CUT);
            each.connection.abort();
            cut++;
        }
        return cut;
    }
}
