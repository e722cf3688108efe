package io.eventloop.tls;

/**
 * How long the next record may be.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class RecordSizing {
    /** Fits with its overhead into the 1,460 bytes that a packet of an ethernet carries, or 1,440 over IPv6. */
    private static final int PACKET_BYTES = 1400;

    /** What a peer's window usually has grown to by then. */
    private static final int START_BYTES = 64 << 10;

    /** After it the window may have shrunk again. */
    private static final long REST_NANOS = 1_000_000_000L;

    private final boolean adaptive;
    private long lastNanos;
    private int sent;

    RecordSizing(RecordSize size) {
        adaptive = size == RecordSize.ADAPTIVE;
    }

    int next(long nowNanos) {
        if (!adaptive) {
            return TlsEngine.MAX_PLAINTEXT_BYTES;
        }
        if (nowNanos - lastNanos >= REST_NANOS) {
            sent = 0;
        }
        return sent < START_BYTES ? PACKET_BYTES : TlsEngine.MAX_PLAINTEXT_BYTES;
    }

    void sent(int bytes, long nowNanos) {
        lastNanos = nowNanos;
        sent = Math.min(START_BYTES, sent + bytes);
    }
}
