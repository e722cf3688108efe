package io.eventloop.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Since when a loop's callbacks have been running, for the watchdog: written at the cost of a plain store.
 *
 * <p><b>Threading:</b> written by the loop, read by any thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class BusyMark {
    private static final VarHandle SINCE;

    static {
        try {
            SINCE = MethodHandles.lookup().findVarHandle(BusyMark.class, "sinceNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long sinceNanos;

    void begin(long nowNanos) {
        SINCE.setOpaque(this, nowNanos | 1);
    }

    void end() {
        SINCE.setOpaque(this, 0L);
    }

    /** 0 while the loop waits. */
    long sinceNanos() {
        return (long) SINCE.getOpaque(this);
    }
}
