package io.eventloop.tls;

import io.eventloop.Environment;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The OCSP responses of a server's identities, fetched and refreshed by a thread of its own: handshakes take what is there and
 * wait for nobody.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> owns its thread until {@link #close()}.
 *
 * <p><b>Failure:</b> a responder that is not there costs its clients nothing: they get no response. It is counted, told in the
 * log, and asked again.
 */
final class Stapling implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.eventloop.tls");

    private final Environment environment;
    private final OcspFetch fetch;
    private final Map<TlsIdentity, Staple> staples = new ConcurrentHashMap<>();
    private final ReentrantLock refreshing = new ReentrantLock();
    private final LongAdder fetched = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private Optional<Upkeep> upkeep = Optional.empty();

    Stapling(Environment environment, OcspFetch fetch) {
        this.environment = environment;
        this.fetch = fetch;
    }

    /** Begins to fetch, and goes on. */
    Stapling start() {
        upkeep = Optional.of(new Upkeep(environment, "tls-ocsp", this::refresh));
        return this;
    }

    /** What is shown for an identity; empty if nobody can be asked about it. */
    Optional<Staple> of(TlsIdentity identity) {
        Optional<OcspQuery> query = OcspQuery.of(identity.chain());
        if (query.isEmpty()) {
            String lack = identity.chain().size() < 2 ? "its chain lacks who signed it" : "it names no responder";
            LOG.log(System.Logger.Level.WARNING, () -> "OCSP: never a response for " + identity + ": " + lack);
        }
        return query.map(known -> staples.computeIfAbsent(
                identity,
                id -> new Staple(
                        known, environment.wallClock(), environment.clock().nanoTime())));
    }

    /** The identities that are served from now on; the responses of others are forgotten, those of new ones fetched. */
    void serve(Set<TlsIdentity> identities) {
        staples.keySet().retainAll(identities);
        upkeep.ifPresent(Upkeep::hurry);
    }

    /** Fetches what is due, one after the other. Returns after how many nanoseconds the next is. */
    long refresh() {
        refreshing.lock();
        try {
            long wait = Staple.MAX_WAIT.toNanos();
            Set<String> silent = new HashSet<>();
            for (Staple staple : staples.values()) {
                long now = environment.clock().nanoTime();
                if (staple.dueNanos() - now <= 0) {
                    staple.delay(now + refresh(staple, silent));
                }
                wait = Math.min(wait, staple.dueNanos() - environment.clock().nanoTime());
            }
            return Math.max(1, wait);
        } finally {
            refreshing.unlock();
        }
    }

    /** @param silent responders that did not answer in this round: each is waited for once */
    private long refresh(Staple staple, Set<String> silent) {
        String responder = staple.query().responder().getAuthority();
        try {
            if (silent.contains(responder)) {
                throw new IOException("the responder did not answer others either");
            }
            long waitNanos = staple.refresh(fetch).toNanos();
            fetched.increment();
            return waitNanos;
        } catch (IOException e) {
            silent.add(responder);
            staple.failed(e);
        } catch (RuntimeException e) {
            staple.failed(e);
        }
        failed.increment();
        return Staple.MIN_WAIT.toNanos();
    }

    OcspMetrics metrics() {
        int shown = 0;
        for (Staple staple : staples.values()) {
            shown += staple.get().length == 0 ? 0 : 1;
        }
        return new OcspMetrics(staples.size(), shown, fetched.sum(), failed.sum());
    }

    @Override
    public void close() {
        upkeep.ifPresent(Upkeep::close);
    }
}
