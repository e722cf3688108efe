package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/**
 * Passes callbacks on to a handler and checks that they come in a legal order, each that may come once at most once.
 *
 * <pre>
 *   new ──onOpen──► open ──onInputClosed──► input closed ──onClosed──► closed
 *    │               ├────────────────────────onClosed────────────────┘ ▲
 *    └───────────────────────onClosed (connect failed)──────────────────┘
 * </pre>
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none; one object for each connection.
 *
 * <p><b>Failure:</b> a callback out of order is reported to the network's {@link Invariants}, and passed on.
 */
public final class LegalOrder implements ConnectionHandler {

    private enum State {
        NEW,
        OPEN,
        INPUT_CLOSED,
        CLOSED
    }

    private final Invariants invariants;
    private final ConnectionHandler handler;
    private State state;
    private boolean isLent;
    private CloseReason reason;

    private LegalOrder(Invariants invariants, ConnectionHandler handler, State state) {
        this.invariants = invariants;
        this.handler = handler;
        this.state = state;
        invariants.watch(this);
    }

    /** The handler, watched. */
    public static LegalOrder of(SimulatedNetwork network, ConnectionHandler handler) {
        return new LegalOrder(network.invariants(), handler, State.NEW);
    }

    /**
     * Watches the handler that an open connection has now, as after a protocol upgrade; the watch over the one before ends,
     * if it was watched.
     */
    public static LegalOrder replacing(ConnectionHandler before, SimulatedNetwork network, Connection connection) {
        if (before instanceof LegalOrder order) {
            order.state = State.CLOSED;
        }
        LegalOrder next = new LegalOrder(network.invariants(), connection.handler(), State.OPEN);
        connection.handler(next);
        return next;
    }

    /** Whether the end was told. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Why the connection ended; null as long as that was not told. */
    public CloseReason reason() {
        return reason;
    }

    private void require(boolean legal, String callback, Connection connection) {
        if (!legal) {
            invariants.broken(callback + " of connection " + connection.id() + " while its order is at " + state);
        } else if (isLent) {
            invariants.broken(callback + " of connection " + connection.id() + " within another callback");
        }
    }

    private boolean isOpen() {
        return state == State.OPEN || state == State.INPUT_CLOSED;
    }

    void checkEnd() {
        if (state != State.CLOSED && state != State.NEW) {
            invariants.broken("onClosed never came, the order is at " + state);
        }
    }

    @Override
    public void onOpen(Connection connection) {
        require(state == State.NEW, "onOpen", connection);
        state = State.OPEN;
        handler.onOpen(connection);
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        require(state == State.OPEN, "onData", connection);
        if (in.readableBytes() < 1) {
            invariants.broken("onData without a byte");
        }
        isLent = true;
        try {
            handler.onData(connection, in);
        } finally {
            isLent = false;
        }
    }

    @Override
    public void onWritable(Connection connection) {
        boolean wasLent = isLent;
        // A flush within onData may bring the queue down.
        isLent = false;
        require(isOpen(), "onWritable", connection);
        try {
            handler.onWritable(connection);
        } finally {
            isLent = wasLent;
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        require(state == State.OPEN, "onInputClosed", connection);
        state = State.INPUT_CLOSED;
        handler.onInputClosed(connection);
    }

    @Override
    public boolean onIdle(Connection connection) {
        require(isOpen(), "onIdle", connection);
        return handler.onIdle(connection);
    }

    @Override
    public void onDrain(Connection connection) {
        require(isOpen(), "onDrain", connection);
        handler.onDrain(connection);
    }

    @Override
    public String explain(Connection connection) {
        return handler.explain(connection);
    }

    @Override
    public void onClosed(Connection connection, CloseReason why) {
        require(state != State.CLOSED, "onClosed", connection);
        state = State.CLOSED;
        reason = why;
        handler.onClosed(connection, why);
    }
}
