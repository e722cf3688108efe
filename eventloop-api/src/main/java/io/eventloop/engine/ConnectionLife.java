package io.eventloop.engine;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.Connection.State;
import io.eventloop.Errno;
import io.eventloop.ProtocolViolationException;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Capability;
import java.io.IOException;

/**
 * Where a connection stands, and every way to its end.
 *
 * <pre>
 *   CONNECTING ──connected──► OPEN ──close()──► CLOSING ──both ended, or in time──► CLOSED
 *        └──refused, timed out──┴──reset, limit, deadline, abort, both ended──┴────────┘
 * </pre>
 *
 * <p>Whatever the way, {@link #end(CloseReason, boolean)} is called first, which only notes why; the loop's step of closes
 * then completes the connection, which gives everything back and tells the handler.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> this is where failures lead.
 */
final class ConnectionLife {
    private final SocketConnection connection;
    private final Loop loop;
    private State state;
    private CloseReason reason;
    private boolean reset;

    /** Whether our own close or shutdownOutput came before the peer's end. */
    private boolean localFirst;

    private boolean toldOpen;

    ConnectionLife(SocketConnection connection, Loop loop, boolean connected) {
        this.connection = connection;
        this.loop = loop;
        this.state = connected ? State.OPEN : State.CONNECTING;
    }

    State state() {
        return state;
    }

    /** Why it ended; only once it is CLOSED. */
    CloseReason reason() {
        return reason;
    }

    /** Whether the peer is to see a reset. */
    boolean isReset() {
        return reset;
    }

    void connected() {
        state = State.OPEN;
    }

    void toldOpen() {
        toldOpen = true;
    }

    /** Whether {@code onOpen} was called: before, while an acceptor has yet to give its handler, no other callback may be. */
    boolean isToldOpen() {
        return toldOpen;
    }

    // The application's calls.

    void shutdownOutput() {
        Outbound out = connection.out();
        if (state == State.OPEN || state == State.CONNECTING) {
            localFirst |= !connection.in().isEnded() && !out.isEnding();
            out.end();
        }
    }

    void close() {
        Outbound out = connection.out();
        if (state == State.CONNECTING) {
            // The peer may know of the connection already: without its bytes an orderly end would pass for theirs.
            boolean loses = out.queuedBytes() > 0;
            end(Initiator.LOCAL, loses ? Kind.ABORTED : Kind.CLOSED, loses);
        } else if (state == State.OPEN) {
            if (out.isBroken()) {
                end(Initiator.PEER, Kind.RESET, false);
                return;
            }
            localFirst |= !connection.in().isEnded();
            connection.note(ConnectionEvent.CLOSE_ASKED);
            out.end();
            state = State.CLOSING;
            connection.in().clear();
            connection.deadlines().beginPhase(connection.bounds().closeTimeout());
            if (out.isEnded()) {
                outputEnded();
            } else {
                // What arrives is discarded from here on: the peer may be waiting for us to read before it reads.
                connection.in().probe();
            }
        }
    }

    void abort() {
        if (state != State.CLOSED) {
            connection.note(ConnectionEvent.ABORT_ASKED);
        }
        end(Initiator.LOCAL, Kind.ABORTED, true);
    }

    // The two directions' ends.

    /** The peer's FIN was read, and the handler told. */
    void inputEnded() {
        if (connection.out().isBroken()) {
            end(Initiator.PEER, Kind.RESET, false);
        }
        endIfBothEnded();
    }

    /** Our FIN was sent. */
    void outputEnded() {
        if (state == State.CLOSING && !connection.in().isEnded()) {
            connection.in().probe();
        }
        endIfBothEnded();
    }

    private void endIfBothEnded() {
        if (connection.in().isEnded() && connection.out().isEnded()) {
            if (state == State.CLOSING && localFirst) {
                end(Initiator.LOCAL, Kind.CLOSED, false);
            } else {
                end(localFirst ? Initiator.LOCAL : Initiator.PEER, Kind.FINISHED, false);
            }
        }
    }

    // Failures and limits.

    void connectFailed(Exception e) {
        boolean refused = e instanceof SystemCallException call && call.errno() == Errno.ECONNREFUSED;
        end(refused ? Initiator.PEER : Initiator.LIBRARY, Kind.CONNECT_FAILED, e, false);
    }

    void readFailed(IOException e) {
        if (state == State.CLOSING && connection.out().isEnded()) {
            // All was handed over and our end was sent: a peer that resets instead of ending loses nothing of ours.
            end(Initiator.LOCAL, Kind.CLOSED, false);
        } else {
            ioFailed(e);
        }
    }

    void writeFailed(IOException e) {
        Inbound in = connection.in();
        if (state == State.OPEN && isReset(e) && !in.isPaused() && !in.isEnded()) {
            // What the peer sent before its reset is still to be read; the read then finds the end.
            in.probe();
        } else {
            ioFailed(e);
        }
    }

    private void ioFailed(IOException e) {
        boolean byPeer = isReset(e);
        end(byPeer ? Initiator.PEER : Initiator.LIBRARY, byPeer ? Kind.RESET : Kind.SYSTEM_FAILED, e, !byPeer);
    }

    private static boolean isReset(IOException e) {
        return e instanceof SystemCallException call && call.errno().isReset();
    }

    /** A failure of the engine's own, or of a transport's. */
    void failed(RuntimeException e) {
        end(Initiator.LIBRARY, Kind.SYSTEM_FAILED, e, true);
    }

    /** Reading is paused, and writing told that the peer is gone: nothing would ever wake the handler. */
    void pausedWhileBroken() {
        end(Initiator.PEER, Kind.RESET, false);
    }

    /**
     * The poller saw a failure that no read will find. Bytes that came before it are still to be read, after a resume.
     *
     * @return whether there are such bytes: the failure is still to come
     */
    boolean failedUnread() {
        if (!connection.in().isEnded() && loop.hasCapability(Capability.PEEK)) {
            try {
                return connection.socket().peek() > 0;
            } catch (IOException e) {
                readFailed(e);
            }
        } else {
            end(Initiator.PEER, Kind.RESET, false);
        }
        return false;
    }

    void handlerFailed(Exception e) {
        end(Initiator.LIBRARY, Kind.HANDLER_FAILED, e, true);
    }

    void protocolViolated(ProtocolViolationException violation) {
        end(Initiator.LIBRARY, violation.kind(), violation, true);
    }

    void inboundLimitReached(int unread, int limit) {
        IOException detail = new IOException(unread + " inbound bytes not consumed, the limit is " + limit);
        end(Initiator.LIBRARY, Kind.INBOUND_LIMIT, detail, true);
    }

    void outOfMemory(BufferLimitExceededException e) {
        end(Initiator.LIBRARY, Kind.OUT_OF_MEMORY, e, true);
    }

    // Deadlines.

    /** The connect or the close took too long. */
    void phaseTimedOut() {
        if (state == State.CONNECTING) {
            end(Initiator.LIBRARY, Kind.CONNECT_TIMEOUT, connection.out().queuedBytes() > 0);
        } else if (connection.out().isEnded()) {
            // Everything was handed over; only the peer's end is missing.
            end(Initiator.LOCAL, Kind.CLOSED, false);
        } else {
            end(Initiator.LIBRARY, Kind.CLOSE_TIMEOUT, true);
        }
    }

    void writeTimedOut() {
        end(Initiator.LIBRARY, Kind.WRITE_TIMEOUT, true);
    }

    void idleTimedOut() {
        // With bytes still queued an orderly end would pass for the end of the message.
        end(Initiator.LIBRARY, Kind.IDLE_TIMEOUT, connection.out().queuedBytes() > 0);
    }

    // The end.

    private void end(Initiator by, Kind kind, boolean withReset) {
        end(CloseReason.of(Scope.CONNECTION, by, kind), withReset);
    }

    private void end(Initiator by, Kind kind, Throwable failure, boolean withReset) {
        if (state != State.CLOSED) {
            connection.traced(failure);
        }
        end(CloseReason.of(Scope.CONNECTION, by, kind, failure), withReset);
    }

    /** The one way to the end. The first reason counts. */
    void end(CloseReason why, boolean withReset) {
        if (state != State.CLOSED) {
            connection.note(ConnectionEvent.ENDED);
            state = State.CLOSED;
            reason = why;
            reset = withReset;
            loop.work().addClosed(connection);
        }
    }
}
