package io.eventloop.engine;

/**
 * An entry of a {@link TimerWheel}: the links, the deadline and the callback in one object, so that arming allocates
 * nothing.
 *
 * <p>Every connection carries at least one, which is why there is no field that could be computed instead: 32 bytes with
 * compressed references.
 *
 * <p><b>Threading:</b> loop-confined, with the wheel that holds it.
 *
 * <p><b>Ownership:</b> belongs to the object that made it; linked into at most one wheel, and only while armed. Arming a
 * node on a second wheel while it is armed on a first corrupts both and is not detected.
 *
 * <p><b>Failure:</b> what {@link #expire} throws reaches the caller of {@link TimerWheel#advance}, with the node disarmed.
 */
public abstract class TimerNode {
    /** Circular list of the nodes of one slot; null while not armed. */
    TimerNode next;

    TimerNode previous;

    long deadlineNanos;

    /** The index of the list that holds this node; meaningless while not armed. */
    int slot;

    /** Makes a node that is not armed. */
    protected TimerNode() {}

    /**
     * Called when the deadline has passed. The node is no longer armed and may be armed again.
     *
     * @param nowNanos the wheel's time, at or after the deadline
     */
    protected abstract void expire(long nowNanos);

    /** Whether the node is waiting in a wheel. */
    public final boolean isArmed() {
        return next != null;
    }

    /**
     * The deadline given most recently, also after the node has expired: a periodic timer adds its period to it.
     *
     * @return in the wheel's time, to be compared by difference only; 0 if the node was never armed
     */
    public final long deadlineNanos() {
        return deadlineNanos;
    }
}
