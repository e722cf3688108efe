package io.eventloop;

import java.time.Duration;

/**
 * The options of a {@link Relay}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> a timeout out of range throws
 * {@link IllegalArgumentException}.
 *
 * @param idleTimeout without a byte on either connection the relay ends; it replaces the idle timeouts of both; zero for
 *     none; default 5 minutes
 */
public record RelayOptions(Duration idleTimeout) {

    /** The defaults. */
    public static final RelayOptions DEFAULT = new RelayOptions(Duration.ofMinutes(5));

    /** Checks the range. */
    public RelayOptions {
        Ranges.checkTimeout("idleTimeout", idleTimeout);
    }
}
