package io.eventloop.framing;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What a {@link ProxyHeaderHandler} accepts, and from whom.
 *
 * <p><b>Threading:</b> immutable; {@code trusted} is called on the loops of the connections, so by several threads.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> a timeout out of range throws {@link IllegalArgumentException}.
 *
 * @param presence whether there has to be a header; default {@link Presence#REQUIRED}
 * @param version the version accepted; default both
 * @param headerTimeout from the start to the end of the header; a connection that has not sent it whole by then ends with
 *     {@code PROTOCOL_TIMEOUT}; default 5 s
 * @param trusted whether a peer's address may send a header; default any, which is right only on an address that nobody but
 *     the proxies can reach
 */
public record ProxyHeaderOptions(
        Presence presence, Version version, Duration headerTimeout, Predicate<SocketAddress> trusted) {
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(366);

    /** A header required, of either version, from any peer, within 5 s. */
    public static final ProxyHeaderOptions DEFAULT =
            new ProxyHeaderOptions(Presence.REQUIRED, Version.ANY, Duration.ofSeconds(5), peer -> true);

    /** Whether there has to be a header. */
    public enum Presence {
        /** A connection without one is ended, and so is one of a peer that is not trusted. */
        REQUIRED,
        /**
         * A connection may begin with a header or without. Every trusted peer can then say who it is, a client that reaches
         * the address directly among them: name the proxies by {@code trusted}. What a peer that is not trusted sends is
         * handed on untouched. A trusted one that sends nothing, waiting for the other side to begin, ends by the timeout.
         */
        OPTIONAL
    }

    /** The version accepted. */
    public enum Version {
        /** The line of text alone. */
        V1,
        /** The binary header alone. */
        V2,
        /** Either. */
        ANY
    }

    /** Checks the timeout. */
    public ProxyHeaderOptions {
        Objects.requireNonNull(presence);
        Objects.requireNonNull(version);
        Objects.requireNonNull(trusted);
        if (headerTimeout.compareTo(MIN_TIMEOUT) < 0 || headerTimeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "headerTimeout is " + headerTimeout + ", must be within " + MIN_TIMEOUT + ".." + MAX_TIMEOUT);
        }
    }

    /** The same with another presence. */
    public ProxyHeaderOptions withPresence(Presence value) {
        return new ProxyHeaderOptions(value, version, headerTimeout, trusted);
    }

    /** The same with another version. */
    public ProxyHeaderOptions withVersion(Version value) {
        return new ProxyHeaderOptions(presence, value, headerTimeout, trusted);
    }

    /** The same with another timeout. */
    public ProxyHeaderOptions withHeaderTimeout(Duration value) {
        return new ProxyHeaderOptions(presence, version, value, trusted);
    }

    /** The same with other peers trusted. */
    public ProxyHeaderOptions withTrusted(Predicate<SocketAddress> value) {
        return new ProxyHeaderOptions(presence, version, headerTimeout, value);
    }
}
