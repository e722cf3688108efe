package io.eventloop;

import java.util.Objects;
import java.util.Optional;

/**
 * Why a connection ended: what the end covered, whose doing it was, which of the known ways it took, and the failure
 * behind it where there is one.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public final class CloseReason {

    /** How much ended together. */
    public enum Scope {
        /** This connection alone. */
        CONNECTION,
        /** All connections of its loop. */
        LOOP,
        /** All connections of the group. */
        GROUP
    }

    /** Whose doing it was. */
    public enum Initiator {
        /** The application, by a call. */
        LOCAL,
        /** This library, at a limit or a deadline or on a failure. */
        LIBRARY,
        /** The other side. */
        PEER
    }

    /** The way it ended; each is counted, see {@link LoopMetrics#closed}. */
    public enum Kind {
        /** Both directions came to their orderly end. */
        FINISHED,
        /** {@link Connection#close()}, all queued bytes handed to the system. */
        CLOSED,
        /** {@link Connection#abort()}. */
        ABORTED,
        /** The peer reset the connection. */
        RESET,
        /** The connection could not be made. */
        CONNECT_FAILED,
        /** The connection was not made in time. */
        CONNECT_TIMEOUT,
        /** No byte moved for the idle timeout, and the handler let it end. */
        IDLE_TIMEOUT,
        /** Bytes were queued and the peer took none for the write timeout. */
        WRITE_TIMEOUT,
        /** A close could not be completed in time. */
        CLOSE_TIMEOUT,
        /** The inbound bytes reached their limit and the handler consumed none of them. */
        INBOUND_LIMIT,
        /** The peer sent a frame, or another unit of its protocol, above the limit for it. */
        FRAME_LIMIT,
        /** The peer sent what its protocol does not allow. */
        PROTOCOL_ERROR,
        /** A part of the protocol, such as a header, was not there in time. */
        PROTOCOL_TIMEOUT,
        /** TLS failed: its handshake, a record, or by an alert of the peer's; the failure says which. */
        TLS_FAILED,
        /** The TLS handshake was not done in time. */
        TLS_TIMEOUT,
        /** The peer's bytes ended without the TLS message that says so: some may be missing. */
        TLS_TRUNCATED,
        /** The handler threw. */
        HANDLER_FAILED,
        /** The system refused a call on this connection. */
        SYSTEM_FAILED,
        /** The buffer pool's limit left no memory to go on. */
        OUT_OF_MEMORY,
        /** It was the slowest consumer when the group's memory budget ran out, see {@link MemoryBudget}. */
        MEMORY_SHED,
        /**
         * The loop has all the connections it may have; for outgoing ones, accepted ones are reset and counted. Or there are
         * all the TLS handshakes under way and waiting that there may be.
         */
        OVERLOADED,
        /** The drain deadline passed. */
        DRAIN_TIMEOUT,
        /** The group was closed. */
        SHUT_DOWN,
        /** The loop failed as a whole. */
        LOOP_FAILED
    }

    private final Scope scope;
    private final Initiator initiator;
    private final Kind kind;
    private final Throwable failure;

    private CloseReason(Scope scope, Initiator initiator, Kind kind, Throwable failure) {
        this.scope = Objects.requireNonNull(scope);
        this.initiator = Objects.requireNonNull(initiator);
        this.kind = Objects.requireNonNull(kind);
        this.failure = failure;
    }

    /** A reason without a failure behind it. */
    public static CloseReason of(Scope scope, Initiator initiator, Kind kind) {
        return new CloseReason(scope, initiator, kind, null);
    }

    /** A reason with the failure behind it. */
    public static CloseReason of(Scope scope, Initiator initiator, Kind kind, Throwable failure) {
        return new CloseReason(scope, initiator, kind, Objects.requireNonNull(failure));
    }

    /** How much ended together. */
    public Scope scope() {
        return scope;
    }

    /** Whose doing it was. */
    public Initiator initiator() {
        return initiator;
    }

    /** The way it ended. */
    public Kind kind() {
        return kind;
    }

    /** The failure behind it. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether both sides got all that was meant for them: {@link Kind#FINISHED} or {@link Kind#CLOSED}. */
    public boolean isOrderly() {
        return kind == Kind.FINISHED || kind == Kind.CLOSED;
    }

    @Override
    public String toString() {
        String text = kind + " by " + initiator + (scope == Scope.CONNECTION ? "" : " (" + scope + ")");
        return failure == null ? text : text + ": " + failure;
    }
}
