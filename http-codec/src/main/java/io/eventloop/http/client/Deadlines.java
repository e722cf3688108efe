package io.eventloop.http.client;

import io.eventloop.EventLoop;
import io.eventloop.Timer;

/**
 * The deadlines of one exchange: one for the phase it is in, counted from the last progress, and one for the whole. One
 * timer serves both. Progress is noted and not armed anew: the timer looks at it when it fires.
 */
final class Deadlines {
    /** What is waited for. */
    enum Phase {
        /** Nothing. */
        NONE,
        /** A connection. */
        ACQUIRE,
        /** The peer to take the request. */
        WRITE,
        /** The peer to say that it wants the content. */
        CONTINUE,
        /** The head of the response. */
        HEAD,
        /** Content of the response. */
        BODY
    }

    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Timer timer;
    private Phase phase = Phase.NONE;
    private long timeoutNanos;
    private long sinceNanos;
    private long totalNanos;
    private long beganNanos;

    /** @param due what to do when it fires */
    Deadlines(EventLoop loop, Runnable due) {
        this.loop = loop;
        timer = loop.timer(due);
    }

    /** Begins with an exchange. */
    void begin(long wholeNanos) {
        totalNanos = wholeNanos == 0 ? NEVER : wholeNanos;
        beganNanos = loop.nanoTime();
    }

    /** Another phase begins. */
    void enter(Phase next, long nanos) {
        phase = next;
        timeoutNanos = nanos == 0 ? NEVER : nanos;
        sinceNanos = loop.nanoTime();
        arm(sinceNanos);
    }

    /** It goes on. */
    void progress() {
        sinceNanos = loop.nanoTime();
    }

    Phase phase() {
        return phase;
    }

    /** Whether the time for the whole is over. */
    boolean isTotalOver() {
        return totalNanos != NEVER && loop.nanoTime() - beganNanos >= totalNanos;
    }

    /** Whether the time for the phase is over. */
    boolean isPhaseOver() {
        return timeoutNanos != NEVER && loop.nanoTime() - sinceNanos >= timeoutNanos;
    }

    /** Waits on, after it has fired. */
    void arm() {
        arm(loop.nanoTime());
    }

    private void arm(long now) {
        long ofPhase = timeoutNanos == NEVER ? NEVER : timeoutNanos - (now - sinceNanos);
        long ofWhole = totalNanos == NEVER ? NEVER : totalNanos - (now - beganNanos);
        long least = Math.min(ofPhase, ofWhole);
        if (least == NEVER) {
            timer.cancel();
        } else {
            timer.scheduleNanos(Math.max(0, least));
        }
    }

    void end() {
        phase = Phase.NONE;
        timer.cancel();
    }
}
