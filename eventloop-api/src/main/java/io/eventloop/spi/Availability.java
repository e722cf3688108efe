package io.eventloop.spi;

/**
 * Whether a transport can run here, and why not.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param isAvailable whether {@link TransportProvider#open()} is expected to work
 * @param reason one phrase for a log line: what it uses, or what is missing
 */
public record Availability(boolean isAvailable, String reason) {

    /** It can run. */
    public static Availability yes(String reason) {
        return new Availability(true, reason);
    }

    /** It cannot run, and why: {@code needs Java 22, this is 17}. */
    public static Availability no(String reason) {
        return new Availability(false, reason);
    }
}
