package io.eventloop.http.server;

/** Lets through so many requests a second, and at most a second's worth at once. Used by one thread at a time. */
final class TokenBucket {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long tokenNanos;

    /** The bucket as a time: full at or before {@code now - 1 s}, empty at {@code now}. */
    private long spentUntilNanos;

    TokenBucket(int perSecond, long nowNanos) {
        tokenNanos = Math.max(1, SECOND_NANOS / perSecond);
        spentUntilNanos = nowNanos - SECOND_NANOS;
    }

    /** Takes a token, if there is one. */
    boolean tryTake(long nowNanos) {
        if (nowNanos - spentUntilNanos > SECOND_NANOS) {
            spentUntilNanos = nowNanos - SECOND_NANOS;
        }
        if (nowNanos - spentUntilNanos < tokenNanos) {
            return false;
        }
        spentUntilNanos += tokenNanos;
        return true;
    }
}
