package io.eventloop.tls;

import java.nio.ByteBuffer;

/**
 * The heap arrays between direct memory and the JDK's engine, which is more than twice as fast on arrays as on direct buffers
 * even with the copies, and decrypts in place: it must never see memory of others. One pair for each loop's thread, so
 * connections hold none.
 *
 * <p><b>Threading:</b> one object for each thread. <b>Ownership:</b> content is good until the next call of an engine on the
 * thread. <b>Failure:</b> none.
 */
final class JdkScratch {
    /** Room for what {@code SSLEngine.wrap} wants to see, whatever it then writes: 16,709 bytes, or twice 16 KiB and more. */
    private static final int OUT_BYTES = 40 << 10;

    private static final ThreadLocal<JdkScratch> OF_THREAD = ThreadLocal.withInitial(JdkScratch::new);

    final ByteBuffer in = ByteBuffer.allocate(TlsEngine.MAX_RECORD_BYTES);
    final ByteBuffer out = ByteBuffer.allocate(OUT_BYTES);

    private JdkScratch() {}

    static JdkScratch ofThread() {
        return OF_THREAD.get();
    }
}
