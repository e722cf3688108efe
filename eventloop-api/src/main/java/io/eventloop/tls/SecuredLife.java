package io.eventloop.tls;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.Connection.State;
import io.eventloop.Timer;
import io.eventloop.engine.Layering;
import java.time.Duration;

/**
 * Where a TLS connection stands, and every way to its end.
 *
 * <pre>
 *   CONNECTING ──handshake over──► OPEN ──close()──► CLOSING ──all sent, the connection below ended──► CLOSED
 *        └──refused, timed out─────┴──failure, limit, abort, truncation, both directions ended──┴────────┘
 * </pre>
 *
 * <p>The application is told of the end when the connection below has ended. Until then what arrives is discarded.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> this is where failures lead.
 */
final class SecuredLife {
    private static final System.Logger LOG = System.getLogger("io.eventloop.tls");

    private final SecuredConnection connection;
    private final TlsOptions options;
    private State state = State.CONNECTING;
    private CloseReason reason;
    private Timer deadline;

    /** Whether our own end came before the peer's. */
    private boolean localFirst;

    SecuredLife(SecuredConnection connection, TlsOptions options) {
        this.connection = connection;
        this.options = options;
    }

    State state() {
        return state;
    }

    /** Whether nothing that arrives is of use any more. */
    boolean isDiscarding() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /** The handshake begins. */
    void begin() {
        arm(options.handshakeTimeout());
    }

    private void arm(Duration limit) {
        if (deadline == null) {
            deadline = connection.loop().timer(this::timedOut);
        }
        deadline.schedule(limit);
    }

    private void disarm() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    void opened() {
        state = State.OPEN;
        disarm();
    }

    private void timedOut() {
        if (state == State.CONNECTING) {
            options.counters().timedOut.increment();
            end(Initiator.LIBRARY, Kind.TLS_TIMEOUT);
        } else if (state == State.CLOSING && !connection.out().isEnded()) {
            end(Initiator.LIBRARY, Kind.CLOSE_TIMEOUT);
        }
    }

    // The application's calls.

    void shutdownOutput() {
        if (state == State.OPEN || state == State.CONNECTING) {
            localFirst |= !connection.in().isEnded() && !connection.out().isEnding();
            connection.out().end();
        }
    }

    void close() {
        if (state == State.CONNECTING) {
            end(Initiator.LOCAL, connection.out().queuedBytes() == 0 ? Kind.CLOSED : Kind.ABORTED);
        } else if (state == State.OPEN) {
            localFirst |= !connection.in().isEnded();
            state = State.CLOSING;
            connection.in().clear();
            if (connection.out().isEnded()) {
                outputEnded();
                return;
            }
            connection.out().end();
            if (!connection.limits().closeTimeout().isZero()) {
                arm(connection.limits().closeTimeout());
            }
            // The peer may be waiting for us to read before it reads.
            connection.transport().resumeReading();
        }
    }

    void abort() {
        end(Initiator.LOCAL, Kind.ABORTED);
    }

    // The two directions' ends.

    /** The peer's end was told to the handler. */
    void inputEnded() {
        if (state == State.OPEN && connection.out().isEnded()) {
            connection.transport().close();
        }
    }

    /** All we had to say was handed on, and that it is all. */
    void outputEnded() {
        if (state == State.CLOSING || connection.in().isEnded()) {
            connection.transport().close();
        } else {
            connection.transport().shutdownOutput();
        }
    }

    // Failures.

    /** Ends it for what the peer did, or what cannot be done for it; the peer is told. */
    void fail(TlsException failure) {
        if (state == State.CLOSED) {
            return;
        }
        options.counters().failed(failure);
        LOG.log(System.Logger.Level.DEBUG, () -> connection + ": " + failure.getMessage());
        reason = CloseReason.of(Scope.CONNECTION, Initiator.LIBRARY, Kind.TLS_FAILED, failure);
        state = State.CLOSED;
        if (connection.pump().sendAlert(failure)) {
            // The alert would not survive a reset.
            connection.transport().close();
        } else {
            Layering.end(connection.transport(), reason);
        }
    }

    /** Ends it because the peer gave up. */
    void failedByPeer(TlsException failure) {
        options.counters().failed(failure);
        end(Initiator.PEER, Kind.TLS_FAILED, failure);
    }

    void end(Initiator by, Kind kind) {
        end(CloseReason.of(Scope.CONNECTION, by, kind));
    }

    void end(Initiator by, Kind kind, Throwable failure) {
        end(CloseReason.of(Scope.CONNECTION, by, kind, failure));
    }

    /** Ends it at once, with a reset. The first reason counts. */
    private void end(CloseReason why) {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            reason = why;
            Layering.end(connection.transport(), why);
        }
    }

    /** The engine ended the connection below, which will say why. Nothing else is told until then: bytes are missing. */
    void lost() {
        disarm();
        state = State.CLOSED;
    }

    /** The connection below has ended. Returns the reason for the application. */
    CloseReason closed(CloseReason below) {
        disarm();
        boolean wasClosing = state == State.CLOSING;
        state = State.CLOSED;
        if (reason == null) {
            reason = below.isOrderly() ? orderly(wasClosing, below) : below;
        }
        return reason;
    }

    private CloseReason orderly(boolean wasClosing, CloseReason below) {
        if (!wasClosing && !(connection.in().isEnded() && connection.out().isEnded())) {
            return below;
        }
        Initiator by = localFirst ? Initiator.LOCAL : Initiator.PEER;
        return CloseReason.of(Scope.CONNECTION, by, wasClosing && localFirst ? Kind.CLOSED : Kind.FINISHED);
    }
}
