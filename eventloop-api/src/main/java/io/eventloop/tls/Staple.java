package io.eventloop.tls;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochClock;

/**
 * The OCSP response of one identity, as long as there is one to show.
 *
 * <p><b>Threading:</b> thread-safe; refreshed by one thread at a time. <b>Ownership:</b> its bytes must not be changed.
 *
 * <p><b>Failure:</b> what cannot be fetched or used is told in the log {@code io.eventloop.tls}, once for each reason; what was
 * there before is shown for as long as it holds.
 */
final class Staple implements Supplier<byte[]> {
    /** A response holds for days, but the next one may say something else. */
    static final Duration MAX_WAIT = Duration.ofHours(1);

    /** Between two attempts, and for responses that hold for moments. */
    static final Duration MIN_WAIT = Duration.ofMinutes(1);

    private static final System.Logger LOG = System.getLogger("io.eventloop.tls");
    private static final byte[] NONE = new byte[0];

    private final OcspQuery query;
    private final EpochClock clock;
    private volatile Optional<OcspAnswer> answer = Optional.empty();
    private String problem = "";
    private long dueNanos;

    /** @param dueNanos when it is to be fetched first */
    Staple(OcspQuery query, EpochClock clock, long dueNanos) {
        this.query = query;
        this.clock = clock;
        this.dueNanos = dueNanos;
    }

    OcspQuery query() {
        return query;
    }

    /** When it is to be refreshed. */
    long dueNanos() {
        return dueNanos;
    }

    void delay(long untilNanos) {
        dueNanos = untilNanos;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.time());
    }

    /** The response to show now, DER; empty if there is none. */
    @Override
    public byte[] get() {
        Optional<OcspAnswer> last = answer;
        return last.isPresent() && now().isBefore(last.get().until())
                ? last.get().bytes()
                : NONE;
    }

    /**
     * Fetches it. Returns after how long it is to be fetched again: when half of its life is over, within the bounds.
     *
     * @throws IOException if the responder could not be reached
     * @throws IllegalArgumentException if what it said cannot be used
     */
    Duration refresh(OcspFetch fetch) throws IOException {
        OcspAnswer next = OcspAnswer.of(query, fetch.fetch(query.responder(), query.request()), now());
        if (!problem.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, () -> "OCSP: there is a response again, " + this);
            problem = "";
        }
        answer = Optional.of(next);
        Duration half = Duration.between(now(), next.until()).dividedBy(2);
        return half.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : half.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : half;
    }

    /** Tells why there is no new one, unless that is known. */
    void failed(Exception failure) {
        String now = String.valueOf(failure.getMessage());
        if (!now.equals(problem)) {
            problem = now;
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "OCSP: no new response, " + this + ": " + failure + "; there is "
                            + (get().length == 0 ? "none to show" : "one that still holds"));
        }
    }

    @Override
    public String toString() {
        return "for the certificate of " + query.certificate().getSubjectX500Principal() + " from " + query.responder();
    }
}
