package io.eventloop;

import java.time.Duration;

/**
 * The limits of one connection.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range. A timeout of zero means none.
 *
 * @param maxInboundBytes unconsumed bytes kept; at the limit, reading stops while the handler has paused it, else the
 *     connection ends with {@code INBOUND_LIMIT}; default 64 KiB
 * @param readBudgetBytes the most read in one turn before others have theirs; default 256 KiB
 * @param lowWaterBytes queued bytes at which {@code onWritable} follows; default 64 KiB
 * @param highWaterBytes queued bytes above which {@code write} returns false; default 256 KiB
 * @param maxQueuedBytes bytes queued from memory, beyond which {@code write} throws; default 8 MiB. Short contents of
 *     large buffers are moved to smaller ones once the peer holds back
 * @param maxQueuedWrites queued pieces above which {@code write} throws; default 4,096
 * @param idleTimeout without a byte either way, {@code onIdle} is called; default 5 minutes
 * @param writeTimeout with bytes queued and none taken by the peer, the connection ends; default 60 s
 * @param closeTimeout from {@code close()} to the forced end; default 5 s
 */
public record ConnectionLimits(
        int maxInboundBytes,
        int readBudgetBytes,
        int lowWaterBytes,
        int highWaterBytes,
        int maxQueuedBytes,
        int maxQueuedWrites,
        Duration idleTimeout,
        Duration writeTimeout,
        Duration closeTimeout) {

    /** The defaults. */
    public static final ConnectionLimits DEFAULT = builder().build();

    /** Checks the ranges. */
    public ConnectionLimits {
        Ranges.check("maxInboundBytes", maxInboundBytes, 1, 1 << 30);
        Ranges.check("readBudgetBytes", readBudgetBytes, 1, 1 << 30);
        Ranges.check("lowWaterBytes", lowWaterBytes, 0, 1 << 30);
        Ranges.check("highWaterBytes", highWaterBytes, lowWaterBytes, 1 << 30);
        Ranges.check("maxQueuedBytes", maxQueuedBytes, highWaterBytes, 1 << 30);
        Ranges.check("maxQueuedWrites", maxQueuedWrites, 1, 1 << 20);
        Ranges.checkTimeout("idleTimeout", idleTimeout);
        Ranges.checkTimeout("writeTimeout", writeTimeout);
        Ranges.checkTimeout("closeTimeout", closeTimeout);
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder holding these limits. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.maxInboundBytes = maxInboundBytes;
        b.readBudgetBytes = readBudgetBytes;
        b.lowWaterBytes = lowWaterBytes;
        b.highWaterBytes = highWaterBytes;
        b.maxQueuedBytes = maxQueuedBytes;
        b.maxQueuedWrites = maxQueuedWrites;
        b.idleTimeout = idleTimeout;
        b.writeTimeout = writeTimeout;
        b.closeTimeout = closeTimeout;
        return b;
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int maxInboundBytes = 64 << 10;
        private int readBudgetBytes = 256 << 10;
        private int lowWaterBytes = 64 << 10;
        private int highWaterBytes = 256 << 10;
        private int maxQueuedBytes = 8 << 20;
        private int maxQueuedWrites = 4096;
        private Duration idleTimeout = Duration.ofMinutes(5);
        private Duration writeTimeout = Duration.ofSeconds(60);
        private Duration closeTimeout = Duration.ofSeconds(5);

        private Builder() {}

        /** Unconsumed inbound bytes kept. */
        public Builder maxInboundBytes(int bytes) {
            maxInboundBytes = bytes;
            return this;
        }

        /** The most read in one turn. */
        public Builder readBudgetBytes(int bytes) {
            readBudgetBytes = bytes;
            return this;
        }

        /** The marks at which writing is held back and goes on, in queued bytes. */
        public Builder waterMarks(int lowBytes, int highBytes) {
            lowWaterBytes = lowBytes;
            highWaterBytes = highBytes;
            return this;
        }

        /** The hard bound of queued memory. */
        public Builder maxQueuedBytes(int bytes) {
            maxQueuedBytes = bytes;
            return this;
        }

        /** The hard bound of queued pieces. */
        public Builder maxQueuedWrites(int count) {
            maxQueuedWrites = count;
            return this;
        }

        /** Zero for none. */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = timeout;
            return this;
        }

        /** Zero for none. */
        public Builder writeTimeout(Duration timeout) {
            writeTimeout = timeout;
            return this;
        }

        /** Zero for none. */
        public Builder closeTimeout(Duration timeout) {
            closeTimeout = timeout;
            return this;
        }

        /** The limits. */
        public ConnectionLimits build() {
            return new ConnectionLimits(
                    maxInboundBytes,
                    readBudgetBytes,
                    lowWaterBytes,
                    highWaterBytes,
                    maxQueuedBytes,
                    maxQueuedWrites,
                    idleTimeout,
                    writeTimeout,
                    closeTimeout);
        }
    }
}
