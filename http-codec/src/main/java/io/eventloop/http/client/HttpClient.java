package io.eventloop.http.client;

import io.eventloop.EventLoop;
import io.eventloop.Timer;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.http.h1.RequestEncoder;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.PoolConnector;
import io.eventloop.tls.TlsClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends HTTP/1.1 requests from one loop, over connections that are kept and used again, one request at a time on each.
 *
 * <pre>{@code
 * HttpClient client = HttpClient.builder(loop).resolver(NameResolver.system(executor)).build();
 * client.send(ClientRequest.get("https://example.com/"), listener);  // on the loop
 * WholeResponse whole = client.fetch(request).get();                 // on another thread
 * }</pre>
 *
 * <p>A connection is used again only if request and response were both complete and nothing else has come. A request is
 * sent again only if it cannot have been received, or if it may be done twice and met a kept connection that gave no byte
 * of an answer; and only if its content can be repeated.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #fetch} and {@link #metrics}: other methods throw
 * {@link IllegalStateException} naming both threads.
 *
 * <p><b>Ownership:</b> owns its pools. The end of its loop closes it.
 *
 * <p><b>Failure:</b> told to the listener of each exchange, exactly once.
 */
public final class HttpClient {
    private static final System.Logger LOG = System.getLogger("io.eventloop.http");

    /** Attempts kept for reuse, of some 2 KiB each: more than are usually under way at a time on one loop. */
    private static final int MAX_KEPT_ATTEMPTS = 256;

    private final EventLoop loop;
    private final HttpClientOptions options;
    private final ClientCounters counters = new ClientCounters();
    private final ConnectionPool pool;
    private final ConnectionPool securePool;
    private final Origins origins;
    private final RequestEncoder encoder;
    private final long[] phaseNanos = new long[Deadlines.Phase.values().length];
    private final ArrayDeque<Attempt> kept = new ArrayDeque<>();

    /** The exchanges under way, the latest first. */
    private Call latest;

    private int active;
    private boolean isOpen = true;
    private boolean isClosed;
    private boolean hasEnded;
    private final Runnable forgetEnd;
    private final List<Runnable> drained = new ArrayList<>();
    private Timer drainTimer;

    private HttpClient(Builder from) {
        loop = from.loop;
        options = from.options;
        check();
        pool = new ConnectionPool(loop, options.pool(), from.plain == null ? PoolConnector.of(loop) : from.plain);
        securePool = new ConnectionPool(
                loop, options.pool(), from.secure == null ? new SecureConnector(loop, from.tls) : from.secure);
        origins = new Origins(loop, from.resolver, counters, options);
        encoder = new RequestEncoder(options.http());
        set(Deadlines.Phase.NONE, options.totalTimeout());
        set(Deadlines.Phase.ACQUIRE, options.acquireTimeout());
        set(Deadlines.Phase.WRITE, options.writeTimeout());
        set(Deadlines.Phase.CONTINUE, options.continueTimeout());
        set(Deadlines.Phase.HEAD, options.headTimeout());
        set(Deadlines.Phase.BODY, options.bodyTimeout());
        forgetEnd = loop.addEndTask(this::close);
    }

    private void set(Deadlines.Phase phase, Duration timeout) {
        phaseNanos[phase.ordinal()] = timeout.toNanos();
    }

    /** Builds a client for a loop, on that loop. */
    public static Builder builder(EventLoop loop) {
        return new Builder(loop);
    }

    /**
     * Sends a request as soon as there is a connection for it.
     *
     * @return to give it up with, or to hold its response back
     */
    public Exchange send(ClientRequest request, ResponseListener listener) {
        check();
        Call call = new Call(this, Objects.requireNonNull(request), Objects.requireNonNull(listener));
        counters.add(ClientCounters.STARTED, 1);
        if (!isOpen) {
            call.refuse(Kind.CLIENT_CLOSED, "the client is closed, or draining");
        } else if (active >= options.maxExchanges()) {
            call.refuse(Kind.TOO_MANY_EXCHANGES, active + " are under way");
        } else {
            enter(call);
            Attempt attempt = kept.poll();
            call.start(attempt == null ? new Attempt(this) : attempt);
        }
        return call;
    }

    /**
     * Sends a request from any thread and collects its response. The exchange is cancelled when somebody else ends the
     * future: cancels it, or completes it, as {@link CompletableFuture#orTimeout} does. A future made of it, as by
     * {@code thenApply}, is not that future.
     *
     * @return completed on the loop, with an {@link HttpClientException} if there is no response
     */
    public CompletableFuture<WholeResponse> fetch(ClientRequest request) {
        Objects.requireNonNull(request);
        CompletableFuture<WholeResponse> future = new CompletableFuture<>();
        try {
            loop.execute(() -> collect(request, future));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private void collect(ClientRequest request, CompletableFuture<WholeResponse> future) {
        if (future.isDone()) {
            return;
        }
        try {
            Exchange exchange = send(request, new Collector(future, options.maxWholeBytes()));
            future.whenComplete((response, failure) -> cancel(exchange));
        } catch (RuntimeException e) {
            // As of a loop that is ending, which runs its last tasks but begins nothing.
            future.completeExceptionally(e);
        }
    }

    private void cancel(Exchange exchange) {
        if (loop.inLoop() && exchange.isDone()) {
            return; // its outcome has completed the future
        }
        try {
            loop.execute(exchange::cancel);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "an exchange was not cancelled, its loop takes no tasks", e);
        }
    }

    /**
     * Lets exchanges come to their end: new ones fail. In a drain, and after the end, another call changes nothing.
     *
     * @param limit after which the client is closed
     * @param whenDone called once, on the loop, when the client is closed; at once if it is
     */
    public void drain(Duration limit, Runnable whenDone) {
        check();
        Objects.requireNonNull(whenDone);
        if (hasEnded) {
            tell(whenDone);
            return;
        }
        drained.add(whenDone);
        if (isOpen) {
            isOpen = false;
            drainTimer = loop.schedule(limit, this::close);
            closeIfDrained();
        }
    }

    private void tell(Runnable whenDone) {
        try {
            whenDone.run();
        } catch (RuntimeException e) {
            report("the task at the end of a drain threw", e);
        }
    }

    /** Fails what is under way and closes all connections, tunnels included. A second call does nothing. */
    public void close() {
        check();
        if (isClosed) {
            return;
        }
        isOpen = false;
        isClosed = true;
        forgetEnd.run();
        while (latest != null) {
            latest.close();
        }
        origins.close();
        kept.clear();
        pool.close();
        securePool.close();
        if (drainTimer != null) {
            drainTimer.cancel();
        }
        hasEnded = true;
        drained.forEach(this::tell);
        drained.clear();
    }

    private void closeIfDrained() {
        if (!isOpen && active == 0) {
            close();
        }
    }

    /** Whether it takes requests. */
    public boolean isOpen() {
        check();
        return isOpen;
    }

    /** A snapshot of its figures, from any thread. */
    public HttpClientMetrics metrics() {
        return counters.snapshot(pool.metrics(), securePool.metrics());
    }

    // For its exchanges.

    void check() {
        if (!loop.inLoop()) {
            throw new IllegalStateException("called on thread "
                    + Thread.currentThread().getName() + ", the client belongs to loop " + loop.name());
        }
    }

    private void enter(Call call) {
        active++;
        counters.add(ClientCounters.ACTIVE, 1);
        call.next = latest;
        if (latest != null) {
            latest.previous = call;
        }
        latest = call;
    }

    void forget(Call call) {
        active--;
        counters.add(ClientCounters.ACTIVE, -1);
        if (call.previous == null) {
            latest = call.next;
        } else {
            call.previous.next = call.next;
        }
        if (call.next != null) {
            call.next.previous = call.previous;
        }
        call.previous = null;
        call.next = null;
    }

    /** The objects of an exchange are free for another one; null if it had none. */
    void ended(Attempt attempt) {
        if (attempt != null) {
            if (kept.size() < MAX_KEPT_ATTEMPTS && !isClosed && attempt.isFree()) {
                attempt.forget();
                kept.push(attempt);
            }
            closeIfDrained();
        }
    }

    EventLoop loop() {
        return loop;
    }

    HttpClientOptions options() {
        return options;
    }

    ClientCounters counters() {
        return counters;
    }

    Origins origins() {
        return origins;
    }

    RequestEncoder encoder() {
        return encoder;
    }

    /** The timeout of a phase; that of the whole is under {@code NONE}. */
    long nanos(Deadlines.Phase phase) {
        return phaseNanos[phase.ordinal()];
    }

    ConnectionPool pool(boolean isSecure) {
        return isSecure ? securePool : pool;
    }

    /** Has the loop report an exception, as it does with one of a task. */
    void report(String what, Throwable failure) {
        try {
            loop.execute(() -> {
                throw new IllegalStateException(what, failure);
            });
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.WARNING, what, failure);
        }
    }

    /** Collects what a client is made of; not thread-safe. */
    public static final class Builder {
        private final EventLoop loop;
        private HttpClientOptions options = HttpClientOptions.DEFAULT;
        private NameResolver resolver;
        private Optional<TlsClient> tls = Optional.empty();
        private PoolConnector plain;
        private PoolConnector secure;

        private Builder(EventLoop loop) {
            this.loop = Objects.requireNonNull(loop);
        }

        /** The limits. */
        public Builder options(HttpClientOptions limits) {
            options = Objects.requireNonNull(limits);
            return this;
        }

        /** Who looks names up; by default only addresses can be connected to. */
        public Builder resolver(NameResolver names) {
            resolver = Objects.requireNonNull(names);
            return this;
        }

        /**
         * Whom to trust, what to show and which versions to speak for {@code https}; by default the JDK's trust anchors
         * count and nothing is shown. It should offer {@code http/1.1} and no other application protocol. One serves the
         * clients of all loops, and lets them resume each other's sessions.
         */
        public Builder tls(TlsClient client) {
            tls = Optional.of(client);
            return this;
        }

        /** How connections for {@code http} are made; by default plainly. It is given an {@code InetSocketAddress}. */
        public Builder plain(PoolConnector connector) {
            plain = Objects.requireNonNull(connector);
            return this;
        }

        /**
         * How connections for {@code https} are made, in place of {@link #tls}. It is given a {@link SecureEndpoint}, and
         * answers for the peer being that.
         */
        public Builder secure(PoolConnector connector) {
            secure = Objects.requireNonNull(connector);
            return this;
        }

        /**
         * The client.
         *
         * @throws IllegalStateException on another thread than the loop's
         */
        public HttpClient build() {
            return new HttpClient(this);
        }
    }
}
