package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Delivery;
import io.eventloop.Explanation;
import io.eventloop.jfr.FlightEvents;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;

/**
 * A connection over a raw socket: its parts, its readiness, and its end. The rest is the matter of {@link ConnectionFace},
 * {@link Inbound}, {@link Outbound}, {@link ConnectionDeadlines} and {@link ConnectionLife}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns its socket. <b>Failure:</b> see {@link Connection}.
 */
final class SocketConnection extends ConnectionFace {
    private final Loop loop;
    private final long id;
    private final RawSocket socket;
    private final SocketAddress remote;
    private final ServerListener listener;
    private final ConnectionLife life;
    private final ConnectionDeadlines deadlines;
    private final Inbound in;
    private final Outbound out;
    private final HandlerCalls calls;
    private final ConnectionEvents events;
    private ConnectionLimits limits;
    private boolean failed;

    /** What the kernel said of sent bytes before the socket was closed; null while it is open. */
    private KernelDelivery delivered;

    /**
     * A connection of its own, not registered yet.
     *
     * @param socket null if none could be made; then the connection only lives to tell its handler so
     * @param listener that accepted it, or null
     */
    SocketConnection(
            Loop loop,
            long id,
            RawSocket socket,
            SocketAddress remote,
            ServerListener listener,
            ConnectionLimits limits,
            boolean connected) {
        this.loop = loop;
        this.id = id;
        this.socket = socket;
        this.remote = remote;
        this.listener = listener;
        this.limits = limits;
        this.events = new ConnectionEvents(loop.nanoTime(), connected);
        this.life = new ConnectionLife(this, loop, connected);
        this.deadlines = new ConnectionDeadlines(this, loop);
        this.in = new Inbound(this, loop);
        this.out = new Outbound(this, loop, connected);
        this.calls = new HandlerCalls(this, loop);
    }

    @Override
    RawSocket socket() {
        return socket;
    }

    ConnectionDeadlines deadlines() {
        return deadlines;
    }

    @Override
    ConnectionLife life() {
        return life;
    }

    @Override
    Inbound in() {
        return in;
    }

    @Override
    Outbound out() {
        return out;
    }

    @Override
    HandlerCalls calls() {
        return calls;
    }

    ConnectionEvents events() {
        return events;
    }

    /** Keeps a change of state for {@link #explain()}. */
    @Override
    void note(ConnectionEvent event) {
        events.add(event, loop.nanoTime());
    }

    /** The failure, with what came before it. */
    @Override
    <T extends Throwable> T traced(T failure) {
        ConnectionReport.trace(this, failure, loop.nanoTime());
        return failure;
    }

    /** {@link #state()} for the engine: without asking for the thread. */
    @Override
    State phase() {
        return life.state();
    }

    /** {@link #limits()} for the engine. */
    ConnectionLimits bounds() {
        return limits;
    }

    /** Gives the first handler, and the connection to it if it is established. */
    void start(ConnectionHandler first) {
        calls.handler(first);
        if (phase() == State.OPEN) {
            opened();
        }
    }

    @Override
    void ready(int readyOps) {
        boolean act = false;
        if ((readyOps & (ReadySink.READABLE | ReadySink.INPUT_ENDED | ReadySink.ERROR)) != 0) {
            act = in.ready(readyOps);
        }
        if ((readyOps & ReadySink.ERROR) != 0) {
            failed = true;
            note(ConnectionEvent.FAILURE_SEEN);
            act = true;
        }
        if ((readyOps & (ReadySink.WRITABLE | ReadySink.ERROR)) != 0) {
            if (phase() == State.CONNECTING) {
                act = true;
            } else if (!out.isWritable()) {
                out.ready();
            }
        }
        if (act) {
            loop.work().addReady(this);
        }
    }

    @Override
    void dispatch() {
        if (phase() == State.CONNECTING) {
            finishConnect();
        }
        if (failed && phase() == State.OPEN && (in.isPaused() || in.isEnded())) {
            failed = life.failedUnread();
        }
        in.dispatch();
    }

    /** A read would block: whatever failure the poller told, there is none. */
    void readIsWhole() {
        failed = false;
    }

    @Override
    public void pauseReading() {
        super.pauseReading();
        if (failed) {
            // The poller told of it once, before what there was to read had been read.
            loop.work().addReady(this);
        }
    }

    private void finishConnect() {
        try {
            if (!socket.finishConnect()) {
                loop.poller().awaitWritable(socket);
                return;
            }
        } catch (IOException e) {
            life.connectFailed(e);
            return;
        }
        opened();
    }

    private void opened() {
        life.connected();
        events.established(loop.nanoTime());
        loop.counters().add(LoopCounters.OPENED, 1);
        deadlines.endPhase();
        FlightEvents.events().connectionOpened(this);
        calls.opened();
        out.ready();
        if (loop.connections().isDraining()) {
            calls.drain();
        }
    }

    /** The peer's FIN was read. */
    void inputEnded() {
        if (phase() == State.OPEN && !out.isBroken()) {
            calls.inputClosed();
            in.clear();
        }
        life.inputEnded();
    }

    @Override
    void failed(RuntimeException failure) {
        loop.failed(this + " failed", traced(failure));
        life.failed(failure);
    }

    @Override
    void end(CloseReason reason) {
        life.end(reason, true);
    }

    /** Gives everything back and tells the handler, in the loop's step of closes. */
    void complete() {
        deadlines.end();
        in.clear();
        out.clear();
        loop.forget(this);
        boolean isOfInterest = listener == null && !life.reason().isOrderly();
        delivered = isOfInterest ? KernelDelivery.of(this, loop) : KernelDelivery.UNKNOWN;
        if (socket != null) {
            if (life.isReset()) {
                socket.closeWithReset();
            } else {
                socket.close();
            }
        }
        if (listener != null) {
            listener.released();
        }
        CloseReason reason = life.reason();
        loop.counters().countClosed(reason.kind());
        FlightEvents.events().connectionClosed(this, reason);
        calls.closed(reason);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public SocketAddress remoteAddress() {
        loop.check();
        return remote;
    }

    @Override
    public ConnectionLimits limits() {
        loop.check();
        return limits;
    }

    @Override
    public void limits(ConnectionLimits next) {
        loop.check();
        limits = Objects.requireNonNull(next);
        note(ConnectionEvent.LIMITS_REPLACED);
        if (phase() != State.CLOSED) {
            deadlines.rearm();
        }
    }

    @Override
    public Delivery delivery(long sentBefore, long receivedBefore) {
        Delivery coarse = super.delivery(sentBefore, receivedBefore);
        if (coarse != Delivery.SENT) {
            return coarse;
        }
        KernelDelivery known = delivered == null ? KernelDelivery.of(this, loop) : delivered;
        return known.of(out.bytesSent() - sentBefore);
    }

    @Override
    public Explanation explain() {
        loop.check();
        return ConnectionReport.explain(this, loop.nanoTime());
    }

    @Override
    public String toString() {
        return "connection " + id + " to " + remote + ", " + phase();
    }
}
