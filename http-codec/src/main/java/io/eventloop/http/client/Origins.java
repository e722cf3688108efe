package io.eventloop.http.client;

import io.eventloop.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * The endpoints of the origins asked for lately, looked up once at a time and remembered for a while. Addresses in a URI are
 * not looked up.
 *
 * <p><b>Threading:</b> loop-confined; a resolver's answer comes back by the loop. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> told to each who waits. Failures are not remembered.
 */
final class Origins {
    /** More addresses than this are not tried: a name with more has them for balancing. */
    private static final int MAX_ADDRESSES = 8;

    /** What an origin is known by. */
    private static final class Entry {
        SocketAddress[] endpoints;

        /** When it is to be looked up again; while that is done, when the answer is no longer waited for. */
        long untilNanos;

        /** Null unless it is being looked up. */
        List<Call> waiting;
    }

    private final EventLoop loop;
    private final NameResolver resolver;
    private final ClientCounters counters;
    private final int maxOrigins;
    private final int maxWaiting;
    private final long patienceNanos;
    private final long lifetimeNanos;
    private final Map<Origin, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** @param resolver null if there is none */
    Origins(EventLoop loop, NameResolver resolver, ClientCounters counters, HttpClientOptions options) {
        this.loop = loop;
        this.resolver = resolver;
        this.counters = counters;
        maxOrigins = options.maxOrigins();
        maxWaiting = options.maxExchanges();
        patienceNanos = options.acquireTimeout().toNanos();
        lifetimeNanos = options.hostLifetime().toNanos();
    }

    /** Tells the call the endpoints of its origin, now or later. */
    void locate(Origin origin, Call call) {
        Entry known = entries.get(origin);
        if (known != null && known.untilNanos - loop.nanoTime() > 0) {
            if (known.waiting == null) {
                call.located(known.endpoints);
            } else {
                join(known, call);
            }
            return;
        }
        InetAddress literal = literal(origin.host());
        if (literal == null && resolver == null) {
            call.unresolved("a name, and the client has no resolver", null);
            return;
        }
        Entry entry = renewed(origin, known);
        if (entry == null && literal != null) {
            // No room to remember it, and no need to.
            call.located(endpoints(origin, List.of(literal)));
        } else if (entry == null) {
            call.unresolved("as many names are being looked up as may be, " + maxOrigins, null);
        } else if (literal != null) {
            keep(entry, origin, List.of(literal));
            call.located(entry.endpoints);
        } else {
            entry.waiting.add(call);
            entry.untilNanos = loop.nanoTime() + patienceNanos;
            lookUp(origin, entry);
        }
    }

    private void join(Entry entry, Call call) {
        if (entry.waiting.size() >= maxWaiting) {
            entry.waiting.removeIf(Call::isDone);
        }
        entry.waiting.add(call);
    }

    /** An entry to be filled. It takes over who waits for an answer that did not come. Null if there is no room. */
    private Entry renewed(Origin origin, Entry known) {
        if (known == null && entries.size() >= maxOrigins && !dropEldest()) {
            return null;
        }
        Entry entry = new Entry();
        entry.waiting = new ArrayList<>();
        if (known != null && known.waiting != null) {
            known.waiting.removeIf(Call::isDone);
            entry.waiting.addAll(known.waiting);
            known.waiting = null;
        }
        entries.put(origin, entry);
        return entry;
    }

    private boolean dropEldest() {
        Iterator<Entry> eldestFirst = entries.values().iterator();
        while (eldestFirst.hasNext()) {
            Entry entry = eldestFirst.next();
            if (entry.waiting == null || entry.untilNanos - loop.nanoTime() <= 0) {
                eldestFirst.remove();
                return true;
            }
        }
        return false;
    }

    private void lookUp(Origin origin, Entry entry) {
        counters.add(ClientCounters.LOOKUPS, 1);
        try {
            Objects.requireNonNull(resolver.resolve(origin.host()))
                    .whenComplete((addresses, failure) -> comeBack(origin, entry, addresses, failure));
        } catch (RuntimeException e) {
            answered(origin, entry, List.of(), e);
        }
    }

    private void comeBack(Origin origin, Entry entry, List<InetAddress> addresses, Throwable failure) {
        try {
            loop.execute(() -> answered(origin, entry, addresses == null ? List.of() : addresses, failure));
        } catch (RejectedExecutionException e) {
            if (loop.inLoop()) {
                answered(origin, entry, List.of(), e);
            }
            // From another thread nobody can be told. Those who wait have their deadlines, and the next one asks again.
        }
    }

    private void answered(Origin origin, Entry entry, List<InetAddress> addresses, Throwable failure) {
        List<Call> waiting = entry.waiting;
        if (waiting == null) {
            return;
        }
        if (addresses.isEmpty()) {
            entry.waiting = null;
            entries.remove(origin, entry);
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            waiting.forEach(call -> call.unresolved("no address of " + origin.host(), cause));
        } else {
            keep(entry, origin, addresses);
            waiting.forEach(call -> call.located(entry.endpoints));
        }
    }

    private void keep(Entry entry, Origin origin, List<InetAddress> addresses) {
        entry.waiting = null;
        entry.endpoints = endpoints(origin, addresses);
        entry.untilNanos = loop.nanoTime() + lifetimeNanos;
    }

    private static SocketAddress[] endpoints(Origin origin, List<InetAddress> addresses) {
        SocketAddress[] endpoints = new SocketAddress[Math.min(MAX_ADDRESSES, addresses.size())];
        for (int i = 0; i < endpoints.length; i++) {
            InetSocketAddress address = new InetSocketAddress(addresses.get(i), origin.port());
            endpoints[i] = origin.isSecure() ? new SecureEndpoint(address, origin.host()) : address;
        }
        return endpoints;
    }

    /** An address that is written as one, in the usual form; null for a name. */
    static InetAddress literal(String host) {
        try {
            if (host.startsWith("[")) {
                return InetAddress.getByName(host);
            }
            String[] parts = host.split("\\.", -1);
            byte[] bytes = new byte[4];
            if (parts.length != bytes.length) {
                return null;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (!parts[i].matches("[0-9]{1,3}") || Integer.parseInt(parts[i]) > 255) {
                    return null;
                }
                bytes[i] = (byte) Integer.parseInt(parts[i]);
            }
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Nobody is told any more; the client fails those who wait. */
    void close() {
        entries.values().forEach(entry -> entry.waiting = null);
        entries.clear();
    }
}
