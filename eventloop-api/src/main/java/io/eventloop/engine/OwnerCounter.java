package io.eventloop.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A number that one thread writes and any thread reads.
 *
 * <p>Opaque access costs the writer a plain store, and a reader never sees half of a long.
 *
 * <p><b>Threading:</b> one thread at a time writes, any thread reads a value that is recent, not exact.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class OwnerCounter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(OwnerCounter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** The value; exact on the writing thread. */
    long get() {
        return (long) VALUE.getOpaque(this);
    }

    /** Adds a positive or negative number. */
    void add(long delta) {
        VALUE.setOpaque(this, value + delta);
    }

    /** Keeps the larger of the value and the candidate. */
    void max(long candidate) {
        if (candidate > value) {
            VALUE.setOpaque(this, candidate);
        }
    }
}
