package io.eventloop;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits of a {@link BlockingConnection}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param readTimeout the longest a read waits for its first byte; zero for none, and then the connection's idle timeout
 *     is the bound; default none
 * @param writeTimeout the longest a write waits for room; zero for none, and then the connection's write timeout is the
 *     bound; default none
 * @param inboundBytes bytes taken from the connection and not read yet, at which reading from the peer is paused; default
 *     64 KiB
 * @param outboundBytes bytes written and not queued on the connection yet, at which writes wait; default 64 KiB
 */
public record BlockingOptions(Duration readTimeout, Duration writeTimeout, int inboundBytes, int outboundBytes) {

    /** The defaults. */
    public static final BlockingOptions DEFAULT = new BlockingOptions(Duration.ZERO, Duration.ZERO, 64 << 10, 64 << 10);

    /** Checks the ranges. */
    public BlockingOptions {
        Ranges.checkTimeout("readTimeout", Objects.requireNonNull(readTimeout));
        Ranges.checkTimeout("writeTimeout", Objects.requireNonNull(writeTimeout));
        Ranges.check("inboundBytes", inboundBytes, 1, 1 << 30);
        Ranges.check("outboundBytes", outboundBytes, 1, 1 << 30);
    }

    /** These options with another read timeout. */
    public BlockingOptions withReadTimeout(Duration timeout) {
        return new BlockingOptions(timeout, writeTimeout, inboundBytes, outboundBytes);
    }

    /** These options with another write timeout. */
    public BlockingOptions withWriteTimeout(Duration timeout) {
        return new BlockingOptions(readTimeout, timeout, inboundBytes, outboundBytes);
    }

    /** These options with another bound of bytes not read yet. */
    public BlockingOptions withInboundBytes(int bytes) {
        return new BlockingOptions(readTimeout, writeTimeout, bytes, outboundBytes);
    }

    /** These options with another bound of bytes not queued yet. */
    public BlockingOptions withOutboundBytes(int bytes) {
        return new BlockingOptions(readTimeout, writeTimeout, inboundBytes, bytes);
    }
}
