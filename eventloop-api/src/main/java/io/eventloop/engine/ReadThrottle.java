package io.eventloop.engine;

import io.eventloop.Connection.State;

/**
 * What the memory governor knows about one reader, and its hold on it; apart from what the handler asked for by
 * {@code pauseReading}: a connection is read while neither holds it back.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class ReadThrottle {
    private final SocketConnection connection;
    private long receivedAtLook;
    private boolean on;

    ReadThrottle(SocketConnection connection) {
        this.connection = connection;
    }

    /** Whether it is among the governor's paused readers, also while they may read for a moment. */
    boolean isOn() {
        return on;
    }

    /** Whether there is something to hold: a pipe's content is the kernel's memory. */
    boolean isOfUse() {
        Inbound in = connection.in();
        return connection.phase() == State.OPEN && !in.isPaused() && !in.isEnded() && !in.isForwarding();
    }

    /** Pooled memory of the connection, by capacity. */
    long heldBytes() {
        return outboundBytes() + inboundBytes();
    }

    /** Of these, what is queued, by the connection or a layer above it. */
    long outboundBytes() {
        long above = connection.calls().handler() instanceof Layer layer ? layer.heldOutboundBytes() : 0;
        return connection.out().heldBytes() + above;
    }

    /** Of these, what is not consumed, of the connection or a layer above it. */
    long inboundBytes() {
        long above = connection.calls().handler() instanceof Layer layer ? layer.heldInboundBytes() : 0;
        return connection.in().heldBytes() + above;
    }

    /** The same without what is queued and can leave, which is not for long. */
    long stuckBytes() {
        return inboundBytes() + (connection.out().isWritable() ? 0 : outboundBytes());
    }

    /** Bytes received since the last call. */
    long takeReceivedBytes() {
        long received = connection.in().bytesReceived();
        long count = received - receivedAtLook;
        receivedAtLook = received;
        return count;
    }

    /** Nothing is read from here on. */
    void hold() {
        on = true;
        connection.in().hold(true);
    }

    /** It may read, for a moment. */
    void letRead() {
        connection.in().hold(false);
    }

    /** The governor has no more to do with it. */
    void end() {
        on = false;
        connection.in().hold(false);
    }
}
