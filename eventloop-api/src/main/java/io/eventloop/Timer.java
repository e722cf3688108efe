package io.eventloop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A re-armable one-shot timer bound to one loop.
 *
 * <p>A timer is made once, with its callback, and armed as often as needed; arming and cancelling are constant-time and
 * allocate nothing. It never fires before its deadline. It fires in the first turn of the loop that begins at least one
 * timer tick (about one millisecond by default) after the deadline, and usually earlier; a turn that takes long, or has
 * more due timers than it may fire, makes it later. It is therefore a tool for timeouts, not for measuring time.
 *
 * <p>When the callback runs the timer is no longer armed, and the callback may arm it again. A timer armed from a timer
 * callback with no delay fires in the next turn, never in the same one, so a callback cannot keep the loop to itself.
 *
 * <p><b>Threading:</b> loop-confined; to arm or cancel on another thread throws {@link IllegalStateException}.
 *
 * <p><b>Ownership:</b> whoever made the timer cancels it; the loop holds on to a timer only while it is armed, and drops
 * all that are armed when it ends, without firing them.
 *
 * <p><b>Failure:</b> arming never fails for want of room. An exception of the callback is reported by the loop; it
 * harms no other timer, and this one can be armed again.
 */
public interface Timer {
    /**
     * Arms the timer, replacing an earlier deadline.
     *
     * @param delay from the loop's current time; zero or less means as soon as possible, and more than 292 years counts
     *     as 292 years
     */
    default void schedule(Duration delay) {
        scheduleNanos(TimeUnit.NANOSECONDS.convert(delay));
    }

    /**
     * Arms the timer, replacing an earlier deadline.
     *
     * @param delayNanos from the loop's current time; zero or less means as soon as possible
     */
    void scheduleNanos(long delayNanos);

    /**
     * Disarms the timer; its callback will not run until it is armed again.
     *
     * @return true if it was armed, false if it had fired, was cancelled or was never armed
     */
    boolean cancel();

    /** Whether the timer is waiting to fire. */
    boolean isArmed();

    /**
     * The moment the timer is armed for; meaningful only while it is armed.
     *
     * @return in loop time, to be compared by difference only
     */
    long deadlineNanos();
}
