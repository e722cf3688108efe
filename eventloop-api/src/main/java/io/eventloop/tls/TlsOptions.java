package io.eventloop.tls;

import io.eventloop.ConnectionLimits;
import java.time.Duration;

/**
 * What servers and clients have in common, for their connections.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
record TlsOptions(
        Duration handshakeTimeout,
        int maxClientHelloBytes,
        RecordSize recordSize,
        HandshakeExecutor executor,
        TlsCounters counters) {

    /** Room for two of the longest records, so that reading never has to stop within one. */
    private static final int MIN_INBOUND_BYTES = 64 << 10;

    private static final int MIN_QUEUED_BYTES = 1 << 20;

    /**
     * The limits of the connection below. Its marks make it tell when all ciphertext has left; the queue is the layer's, so
     * its bounds are, too.
     */
    static ConnectionLimits below(ConnectionLimits limits) {
        return limits.toBuilder()
                .maxInboundBytes(Math.max(MIN_INBOUND_BYTES, limits.maxInboundBytes()))
                .waterMarks(0, 0)
                .maxQueuedBytes(Math.max(MIN_QUEUED_BYTES, limits.maxQueuedBytes()))
                .maxQueuedWrites(4096)
                .build();
    }

    static void checkTimeout(String field, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within PT0.001S..PT1H");
        }
    }
}
