package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.h1.RequestParser;
import io.eventloop.http.h1.RequestTraits;
import io.eventloop.http.h1.ResponseEncoder;
import java.time.Duration;

/**
 * The server's side of an HTTP/1.1 connection: takes one request after the other and gives each to an exchange.
 *
 * <pre>
 *             first byte              head complete               both ended, kept
 *     IDLE ──────────────► HEAD ────────────────────► EXCHANGE ─────────────────────► IDLE
 *       └──── timeout ──────┴─ violation, timeout: reply ─┴── reply that ends it ──► CLOSING
 * </pre>
 *
 * <p>The next head is looked at when the exchange before it is over, so responses are in order by construction, and what a
 * peer sends ahead waits in the connection's inbound bytes, then in the kernel, then at the peer. An idle connection has
 * nothing but this object.
 */
final class H1Connection implements ConnectionHandler {
    private static final System.Logger LOG = System.getLogger("io.eventloop.http");

    final ServerLoop server;
    final Connection connection;
    H1Connection older;
    H1Connection newer;

    private final ClientAddresses.Client client;
    private final TokenBucket bucket;
    private H1Exchange exchange;
    private PartialHead partial;
    private long requests;
    private boolean isProcessing;
    private boolean isClosing;
    private boolean isDraining;
    private boolean isInputEnded;

    /** With the client that was counted, or null; and the bucket of this connection, or null. */
    H1Connection(ServerLoop server, Connection connection, ClientAddresses.Client client, TokenBucket bucket) {
        this.server = server;
        this.connection = connection;
        this.client = client;
        this.bucket = bucket;
        isDraining = server.isDraining;
    }

    @Override
    public void onOpen(Connection opened) {
        server.enter(this);
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "opened: {0}", connection);
        }
        if (isDraining && !server.isGraceful) {
            // It was accepted before, and has been within a layer since.
            close();
        }
    }

    @Override
    public void onData(Connection from, Buffer in) {
        isProcessing = true;
        server.batch.to(connection);
        try {
            process(in);
        } finally {
            isProcessing = false;
            server.batch.flush();
        }
        if (exchange != null) {
            exchange.deadline.arm();
        }
    }

    /** Takes whole requests as long as there are any. Each round consumes bytes or is the last. */
    private void process(Buffer in) {
        while (true) {
            if (exchange != null) {
                if (!exchange.inflow.receive(in)) {
                    return;
                }
                if (exchange != null) {
                    if (in.isReadable()) {
                        hold();
                    }
                    return;
                }
            }
            if (isClosing || !in.isReadable()) {
                return;
            }
            if (!connection.isWritable()) {
                // A peer that sends and does not read gets no more answers than fit.
                hold();
                return;
            }
            if (!takeHead(in)) {
                return;
            }
        }
    }

    private boolean takeHead(Buffer in) {
        PartialHead begun = partial;
        RequestParser parser = begun == null ? server.parser : begun.parser;
        try {
            if (!parser.parse(in)) {
                if (begun == null) {
                    partial = server.beginPartial(this);
                }
                return false;
            }
        } catch (ProtocolException e) {
            parser.reset();
            refuse(e);
            return false;
        }
        if (begun != null) {
            partial = null;
        }
        requests++;
        H1Exchange next = server.takeExchange();
        exchange = next;
        try {
            next.begin(this, parser.request());
            next.run();
        } finally {
            if (begun != null) {
                server.endPartial(begun);
            }
        }
        return true;
    }

    // What exchanges ask for.

    /** Whether the request that was taken last has to be the last. */
    boolean isLast() {
        long most = server.limits.maxRequestsPerConnection();
        return isDraining || isInputEnded || most > 0 && requests >= most;
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Whether it was not reset meanwhile, which is told later. */
    boolean isOpen() {
        return connection.state() == Connection.State.OPEN;
    }

    /** Counts a request as in flight, or returns the reply to one that is too many. */
    HttpReply admit() {
        if (bucket != null || client != null) {
            long now = server.loop.nanoTime();
            if (bucket != null && !bucket.tryTake(now)
                    || client != null && !client.tryBegin(server.limits.maxRequestsInFlightPerAddress(), now)) {
                server.counters.count(ServerCounter.RATE_LIMITED);
                return ErrorReplies.TOO_MANY_REQUESTS;
            }
        }
        if (server.counters.inFlight() >= server.limits.maxRequestsInFlight()) {
            if (client != null) {
                client.finish();
            }
            server.counters.count(ServerCounter.OVERLOADED);
            return ErrorReplies.OVERLOADED;
        }
        server.counters.addInFlight(1);
        return null;
    }

    void endInFlight() {
        server.counters.addInFlight(-1);
        if (client != null) {
            client.finish();
        }
    }

    void hold() {
        connection.pauseReading();
    }

    void release() {
        if (!isProcessing || connection.isReadingPaused()) {
            connection.resumeReading();
        }
    }

    /** What was put into the batch outside of {@link #onData} leaves now. */
    void written() {
        if (!isProcessing) {
            server.batch.flush();
        }
    }

    /** The exchange is over, and the connection goes on or comes to its end. */
    void finished(boolean isKept) {
        exchange = null;
        if (!isKept || isLast()) {
            close();
        } else {
            release();
        }
    }

    /** The connection belongs to another protocol. */
    void handOver(ConnectionHandler next) {
        exchange = null;
        isClosing = true;
        server.counters.count(ServerCounter.UPGRADED);
        server.batch.forget(connection);
        leave();
        connection.handler(next);
        connection.resumeReading();
        if (isInputEnded) {
            // It was told here, and is not told again; and in a later step, as bytes are offered. A timer is never
            // refused.
            server.loop.schedule(Duration.ZERO, () -> {
                if (isOpen() && connection.handler() == next) {
                    next.onInputClosed(connection);
                }
            });
        }
    }

    private void close() {
        isClosing = true;
        server.batch.to(connection);
        server.batch.flush();
        connection.close();
    }

    // Answers without an exchange.

    private void refuse(ProtocolException violation) {
        server.counters.count(violation.violation());
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", connection, violation.getMessage());
        }
        replyAndClose(ErrorReplies.of(violation));
    }

    /** The rest of a head did not come in time, or others need the place. */
    void headTooSlow() {
        if (partial.parser.isWithinHead()) {
            replyAndClose(ErrorReplies.of(HttpStatus.REQUEST_TIMEOUT));
        } else {
            endPartial();
            close();
        }
    }

    private void replyAndClose(HttpReply reply) {
        endPartial();
        server.batch.to(connection);
        ResponseEncoder encoder = server.encoder;
        server.refreshDate();
        reply.writeFields(encoder.begin(RequestTraits.UNKNOWN, reply.status()));
        encoder.finish(reply.bodyLength());
        encoder.writeTo(server.batch.room(encoder.length()));
        server.batch.append(reply.bytes());
        server.counters.countResponse(reply.status().code());
        AccessRecorder.unreadable(this, reply);
        close();
    }

    private void endPartial() {
        if (partial != null) {
            server.endPartial(partial);
            partial = null;
        }
    }

    // The connection's events.

    @Override
    public void onWritable(Connection from) {
        if (exchange != null) {
            exchange.inflow.tellWritable();
        } else {
            connection.resumeReading();
        }
    }

    @Override
    public void onInputClosed(Connection from) {
        isInputEnded = true;
        if (exchange != null) {
            exchange.inputEnded();
        } else {
            if (partial != null) {
                server.counters.count(HttpViolation.TRUNCATED);
                endPartial();
            }
            close();
        }
    }

    /** A head that has begun has a deadline of its own, as a rule. */
    @Override
    public boolean onIdle(Connection from) {
        return exchange == null && (partial == null || server.headTimeoutNanos == 0);
    }

    /** The next response is the last one. */
    void beginDrain() {
        boolean isNews = !isDraining;
        isDraining = true;
        if (exchange != null && isNews && isOpen() && !isClosing) {
            exchange.inflow.tellDrain();
        }
    }

    @Override
    public void onDrain(Connection from) {
        beginDrain();
        if (isIdle()) {
            // A request that has arrived is in flight, be it that no poll has told of it yet.
            connection.readNow();
            if (isIdle()) {
                close();
            }
        }
    }

    private boolean isIdle() {
        return isOpen() && !isClosing && exchange == null && partial == null && connection.unconsumedBytes() == 0;
    }

    @Override
    public String explain(Connection from) {
        if (exchange != null) {
            return exchange.toString();
        }
        return partial != null ? "the rest of a request's head" : "a request";
    }

    @Override
    public void onClosed(Connection from, CloseReason reason) {
        switch (reason.kind()) {
            case IDLE_TIMEOUT -> server.counters.count(ServerCounter.IDLE_TIMEOUTS);
            case WRITE_TIMEOUT -> server.counters.count(ServerCounter.WRITE_TIMEOUTS);
            case DRAIN_TIMEOUT -> server.counters.count(ServerCounter.DRAIN_CUT);
            default -> {
                // Counted by the loop.
            }
        }
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "closed: {0}, {1}", connection, reason);
        }
        endPartial();
        if (exchange != null) {
            H1Exchange unfinished = exchange;
            exchange = null;
            unfinished.aborted();
        }
        leave();
    }

    private void leave() {
        server.leave(this);
        if (client != null) {
            server.settings.addresses().ifPresent(all -> all.disconnected(client, server.loop.nanoTime()));
        }
    }
}
