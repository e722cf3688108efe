package io.eventloop;

import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Moves bytes both ways between two connections of one loop, until both are over. It replaces their handlers.
 *
 * <p>Each direction, from its source to its target, is a machine of its own:
 *
 * <pre>
 *              target full: pause the source
 *            ┌───────────────────────────────┐
 *            │                               ▼
 *   ──► FLOWING ◄───────────────────────── HELD
 *            │     target writable: resume   │
 *            ├───────────────────────────────┘
 *            │ source's input ended: end the target's output, after what is queued
 *            ├───────────────► ENDED
 *            │                   │ source closed, or failed: close the target, which flushes it
 *            │                   │ source finished: nothing, the target ends by itself
 *            │                   ▼
 *            └───────────────► OVER
 *              source closed: close the target; source failed: abort the target
 * </pre>
 *
 * <p>So an abnormal end is passed on as one, by a reset, unless its side had ended its output before: everything that
 * side had to say was received, and is delivered within the close timeout of the other. When both sides ended their
 * output and one of them is slow to read the rest, its write timeout is the bound, for that one does not run while bytes
 * are being taken.
 *
 * <p>Large flows are forwarded inside the kernel where the transport can, see {@link Connection#forwardTo}; small ones are
 * moved from buffer to buffer without copying.
 *
 * <p>What the target has not taken is bounded by its high-water mark and one read, or one pipe of 1 MiB. Bytes that a connection had not
 * consumed before are relayed. Idle is a relay both of whose connections are: a direction may rest as long as the other
 * does not. Its connections are reset, unless what came from the other side had come to its end.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the two connections are the relay's until it completes: others
 * may look at them, close them or abort them, and nothing else.
 *
 * <p><b>Failure:</b> told by the {@link CloseReason} of the connection it happened on; the other connection is then
 * {@code CLOSED} or {@code ABORTED} by {@code LOCAL}.
 */
public final class Relay {

    private enum State {
        FLOWING,
        HELD,
        ENDED,
        OVER
    }

    private enum Event {
        TARGET_FULL,
        TARGET_WRITABLE,
        INPUT_ENDED,
        SOURCE_FINISHED,
        SOURCE_CLOSED,
        SOURCE_FAILED
    }

    private enum Action {
        NONE,
        PAUSE_SOURCE,
        RESUME_SOURCE,
        END_TARGET,
        CLOSE_TARGET,
        ABORT_TARGET
    }

    private record Transition(State next, Action action) {}

    /** After this many reads in a row of at least this size, bytes are forwarded inside the kernel where it can be. */
    private static final int LARGE_READS = 4;

    private static final int LARGE_READ_BYTES = 32 << 10;

    private static final CloseReason IDLE =
            CloseReason.of(CloseReason.Scope.CONNECTION, CloseReason.Initiator.LIBRARY, CloseReason.Kind.IDLE_TIMEOUT);

    private static final int EVENTS = Event.values().length;

    /** By state and event; a pair that is absent changes nothing. */
    private static final Transition[] TRANSITIONS = new Transition[State.values().length * EVENTS];

    static {
        on(State.FLOWING, Event.TARGET_FULL, State.HELD, Action.PAUSE_SOURCE);
        on(State.FLOWING, Event.INPUT_ENDED, State.ENDED, Action.END_TARGET);
        on(State.FLOWING, Event.SOURCE_FINISHED, State.OVER, Action.CLOSE_TARGET);
        on(State.FLOWING, Event.SOURCE_CLOSED, State.OVER, Action.CLOSE_TARGET);
        on(State.FLOWING, Event.SOURCE_FAILED, State.OVER, Action.ABORT_TARGET);

        on(State.HELD, Event.TARGET_WRITABLE, State.FLOWING, Action.RESUME_SOURCE);
        on(State.HELD, Event.INPUT_ENDED, State.ENDED, Action.END_TARGET);
        on(State.HELD, Event.SOURCE_FINISHED, State.OVER, Action.CLOSE_TARGET);
        on(State.HELD, Event.SOURCE_CLOSED, State.OVER, Action.CLOSE_TARGET);
        on(State.HELD, Event.SOURCE_FAILED, State.OVER, Action.ABORT_TARGET);

        on(State.ENDED, Event.SOURCE_FINISHED, State.OVER, Action.NONE);
        on(State.ENDED, Event.SOURCE_CLOSED, State.OVER, Action.CLOSE_TARGET);
        on(State.ENDED, Event.SOURCE_FAILED, State.OVER, Action.CLOSE_TARGET);
    }

    private static void on(State state, Event event, State next, Action action) {
        TRANSITIONS[state.ordinal() * EVENTS + event.ordinal()] = new Transition(next, action);
    }

    private final Connection a;
    private final Connection b;
    private final Direction fromA;
    private final Direction fromB;
    private final RelayListener listener;
    private boolean completed;

    private Relay(Connection a, Connection b, RelayListener listener) {
        this.a = a;
        this.b = b;
        this.listener = listener;
        fromA = new Direction(a, b);
        fromB = new Direction(b, a);
        fromA.reverse = fromB;
        fromB.reverse = fromA;
    }

    /** Joins two connections with the default options. */
    public static Relay join(Connection a, Connection b) {
        return join(a, b, RelayOptions.DEFAULT, (relay, reasonOfA, reasonOfB) -> {});
    }

    /**
     * Joins two connections.
     *
     * @throws IllegalArgumentException if they are not two connections of one loop
     * @throws IllegalStateException if one of them is not open
     */
    public static Relay join(Connection a, Connection b, RelayOptions options, RelayListener listener) {
        Objects.requireNonNull(listener);
        if (a == b) {
            throw new IllegalArgumentException("connection " + a.id() + " cannot be joined with itself");
        }
        if (a.loop() != b.loop()) {
            throw new IllegalArgumentException("connections " + a.id() + " and " + b.id() + " are on different loops, "
                    + a.loop().name() + " and " + b.loop().name());
        }
        requireOpen(a);
        requireOpen(b);
        Relay relay = new Relay(a, b, listener);
        relay.fromA.begin(options);
        relay.fromB.begin(options);
        relay.fromA.start();
        relay.fromB.start();
        return relay;
    }

    private static void requireOpen(Connection connection) {
        if (connection.state() != Connection.State.OPEN) {
            throw unfit(connection, " is " + connection.state() + ", only open ones can be joined");
        }
        if (connection.isOutputEnded()) {
            throw unfit(connection, " takes no bytes any more: its output has ended");
        }
    }

    private static IllegalStateException unfit(Connection connection, String why) {
        return ConnectionTrace.attach(new IllegalStateException("connection " + connection.id() + why), connection);
    }

    /** The one connection. */
    public Connection a() {
        return a;
    }

    /** The other connection. */
    public Connection b() {
        return b;
    }

    /** Bytes received from {@code a} since the join and queued for {@code b}. */
    public long bytesFromA() {
        return fromA.bytes;
    }

    /** Bytes received from {@code b} since the join and queued for {@code a}. */
    public long bytesFromB() {
        return fromB.bytes;
    }

    private void completeIfOver() {
        if (!completed && fromA.reason != null && fromB.reason != null) {
            completed = true;
            listener.onCompleted(this, fromA.reason, fromB.reason);
        }
    }

    /** One direction; the handler of its source. */
    private final class Direction implements ConnectionHandler {
        private final Connection source;
        private final Connection target;
        private Direction reverse;
        private State state;
        private long bytes;
        private final LongConsumer forwarded = count -> bytes += count;
        private int largeReads;
        private long movedWhenIdle = -1;
        private boolean idle;
        private CloseReason reason;

        Direction(Connection source, Connection target) {
            this.source = source;
            this.target = target;
            this.state = target.isWritable() ? State.FLOWING : State.HELD;
        }

        void begin(RelayOptions options) {
            source.limits(source.limits().toBuilder()
                    .idleTimeout(options.idleTimeout())
                    .build());
            source.handler(this);
        }

        void start() {
            if (source.isInputEnded()) {
                apply(Event.INPUT_ENDED);
            } else if (state == State.HELD) {
                source.pauseReading();
            } else {
                source.resumeReading();
            }
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            if (!target.isWritable()) {
                apply(Event.TARGET_FULL);
                return;
            }
            int offered = in.readableBytes();
            long room = Math.max(0, target.limits().maxQueuedBytes() - target.queuedBytes());
            int count = (int) Math.min(offered, room);
            bytes += count;
            if (!target.write(in.detach(count)) || count < offered) {
                apply(Event.TARGET_FULL);
            }
            largeReads = count < LARGE_READ_BYTES ? 0 : largeReads + 1;
            if (largeReads >= LARGE_READS && state == State.FLOWING && source.forwardTo(target, forwarded)) {
                largeReads = 0;
            }
        }

        @Override
        public void onWritable(Connection connection) {
            reverse.apply(Event.TARGET_WRITABLE);
        }

        @Override
        public void onInputClosed(Connection connection) {
            apply(Event.INPUT_ENDED);
        }

        @Override
        public boolean onIdle(Connection connection) {
            movedWhenIdle = moved();
            if (!reverse.isIdle()) {
                return false;
            }
            if (reverse.state == State.ENDED || reverse.state == State.OVER) {
                return true;
            }
            // An orderly end would pass what came from the other side for complete.
            idle = true;
            source.abort();
            return false;
        }

        private boolean isIdle() {
            return reason != null || movedWhenIdle == moved();
        }

        private long moved() {
            return source.bytesReceived() + source.bytesSent();
        }

        @Override
        public String explain(Connection connection) {
            return "relay to connection " + target.id() + " to " + target.remoteAddress() + ", " + state
                    + (state == State.HELD
                            ? ": reading is paused by the relay until that one has sent what is queued"
                            : "")
                    + "; " + target.queuedBytes() + " bytes are queued there";
        }

        @Override
        public void onClosed(Connection connection, CloseReason why) {
            reason = idle ? IDLE : why;
            if (why.kind() == CloseReason.Kind.FINISHED) {
                apply(Event.SOURCE_FINISHED);
            } else {
                apply(why.isOrderly() ? Event.SOURCE_CLOSED : Event.SOURCE_FAILED);
            }
            completeIfOver();
        }

        private void apply(Event event) {
            Transition transition = TRANSITIONS[state.ordinal() * EVENTS + event.ordinal()];
            if (transition == null) {
                return;
            }
            state = transition.next;
            switch (transition.action) {
                case PAUSE_SOURCE -> source.pauseReading();
                case RESUME_SOURCE -> source.resumeReading();
                case END_TARGET -> target.shutdownOutput();
                case CLOSE_TARGET -> target.close();
                case ABORT_TARGET -> target.abort();
                case NONE -> {}
            }
        }
    }
}
