package io.eventloop.tls;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts for one context what its connections do on all loops.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class TlsCounters {
    final LongAdder begun = new LongAdder();
    final LongAdder established = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder shed = new LongAdder();
    final LongAdder truncated = new LongAdder();
    private final LongAdder refusedNames = new LongAdder();
    private final LongAdder notTls = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder renegotiations = new LongAdder();
    private final LongAdder floods = new LongAdder();

    void failed(TlsException failure) {
        if (failure.isFlood()) {
            floods.increment();
            return;
        }
        switch (failure.alert()) {
            case NONE -> notTls.increment();
            case UNRECOGNIZED_NAME -> refusedNames.increment();
            case NO_RENEGOTIATION -> renegotiations.increment();
            default -> failed.increment();
        }
    }

    TlsMetrics snapshot() {
        return new TlsMetrics(
                begun.sum(),
                established.sum(),
                resumed.sum(),
                refusedNames.sum(),
                notTls.sum(),
                failed.sum(),
                timedOut.sum(),
                shed.sum(),
                truncated.sum(),
                renegotiations.sum(),
                floods.sum());
    }
}
