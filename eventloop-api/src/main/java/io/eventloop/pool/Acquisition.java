package io.eventloop.pool;

/**
 * A connection asked for, to be had or still waited for.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public interface Acquisition {

    /** What is returned when there was no need to wait. */
    Acquisition COMPLETED = new Acquisition() {
        @Override
        public boolean cancel() {
            return false;
        }

        @Override
        public boolean isWaiting() {
            return false;
        }
    };

    /**
     * Gives up the wait; the listener is not called then. A connect that was begun for it goes on, and serves another.
     *
     * @return false if it was completed before
     */
    boolean cancel();

    /** Whether the listener is still to be called. */
    boolean isWaiting();
}
