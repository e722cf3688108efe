package io.eventloop.http.server;

import io.eventloop.Timer;

/**
 * What an exchange that is not over at the end of a callback waits for, and how long: a body, as a whole and by its rate,
 * then the beginning of the response. It is looked at when the timer fires; what happens in between costs a field.
 */
final class ExchangeDeadline {
    /** Over which the rate of a body is judged: long enough for a peer whose packets are lost. */
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private static final double SECOND_NANOS = 1e9;

    private final H1Exchange exchange;
    private final H1Inflow inflow;
    private final ServerLoop server;
    private final Timer timer;
    private final long bodyTimeoutNanos;
    private final long handlerTimeoutNanos;
    private final int minBytesPerSecond;

    /** Whether the body is the peer's to send, and not held back. */
    private boolean isPeersTime;

    /** Since when it is the handler that is waited for: the end of the request, or since it holds the body back. */
    private long waitingSinceNanos;

    private long windowFromNanos;
    private long windowFromBytes;
    private long bodyNanos;

    ExchangeDeadline(H1Exchange exchange, H1Inflow inflow, ServerLoop server) {
        this.exchange = exchange;
        this.inflow = inflow;
        this.server = server;
        timer = server.loop.timer(this::expired);
        bodyTimeoutNanos = server.limits.bodyTimeout().toNanos();
        handlerTimeoutNanos = server.limits.handlerTimeout().toNanos();
        minBytesPerSecond = server.limits.minBodyBytesPerSecond();
    }

    void begin(long nanoTime) {
        waitingSinceNanos = nanoTime;
    }

    void arm() {
        if (!timer.isArmed()) {
            bodyNanos = 0;
            isPeersTime = inflow.awaitsBody();
            beginWindow();
            schedule();
        }
    }

    void cancel() {
        if (timer.isArmed()) {
            timer.cancel();
        }
    }

    /** The handler has the word from here on. */
    void waitForHandler() {
        waitingSinceNanos = server.loop.nanoTime();
        changed();
    }

    /** It may be for something else that it waits from here on. */
    void changed() {
        boolean awaitsBody = inflow.awaitsBody();
        if (awaitsBody != isPeersTime) {
            isPeersTime = awaitsBody;
            if (awaitsBody) {
                beginWindow();
            } else {
                bodyNanos += server.loop.nanoTime() - windowFromNanos;
            }
        }
        if (timer.isArmed()) {
            schedule();
        }
    }

    private void beginWindow() {
        windowFromNanos = server.loop.nanoTime();
        windowFromBytes = inflow.body().bytes();
    }

    /** For the moment at which something can be too late; not if it looks earlier anyway. */
    private void schedule() {
        long wait = Long.MAX_VALUE;
        long now = server.loop.nanoTime();
        if (inflow.awaitsBody()) {
            if (bodyTimeoutNanos > 0) {
                wait = bodyTimeoutNanos - bodyNanos - (now - windowFromNanos);
            }
            if (minBytesPerSecond > 0) {
                wait = Math.min(wait, WINDOW_NANOS - (now - windowFromNanos));
            }
        } else if (!exchange.isStarted() && handlerTimeoutNanos > 0) {
            wait = handlerTimeoutNanos - (now - waitingSinceNanos);
        } else if (!inflow.body().isEnded()) {
            // Held back by its handler: looked at again after that.
            wait = WINDOW_NANOS;
        }
        if (wait != Long.MAX_VALUE && (!timer.isArmed() || now + wait - timer.deadlineNanos() < 0)) {
            timer.scheduleNanos(wait);
        }
    }

    private void expired() {
        long now = server.loop.nanoTime();
        if (inflow.awaitsBody()) {
            long window = now - windowFromNanos;
            boolean isLate = bodyTimeoutNanos > 0 && bodyNanos + window >= bodyTimeoutNanos;
            if (window >= WINDOW_NANOS) {
                double least = minBytesPerSecond * (window / SECOND_NANOS);
                isLate |= minBytesPerSecond > 0 && inflow.body().bytes() - windowFromBytes < least;
                bodyNanos += window;
                beginWindow();
            }
            if (isLate) {
                exchange.bodyTooSlow();
                return;
            }
        } else if (!exchange.isStarted() && handlerTimeoutNanos > 0 && now - waitingSinceNanos >= handlerTimeoutNanos) {
            exchange.handlerTooSlow();
            return;
        }
        schedule();
    }
}
