package io.eventloop.testing;

import io.eventloop.Acceptor;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Errno;
import io.eventloop.EventLoopGroup;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What the scenarios of the engine have in common: small pools, limits from the seed, and what has to come of a run. */
final class Arena {
    /** One run in so many has guarded pools: they take a stack for each buffer, which is most of such a run's time. */
    private static final int GUARDED_RUNS = 8;

    /** Three are the least that a pool may have. */
    static final int SLAB_BYTES = 32 << 10;

    final SimulatedNetwork network;
    final SeededRandom random;
    private final List<LegalOrder> orders = new ArrayList<>();
    private UnaryOperator<TransportProvider> transports = UnaryOperator.identity();
    private UnaryOperator<ConnectionHandler> handlers = UnaryOperator.identity();
    private Runnable last = () -> {};
    private Predicate<CloseReason> alsoLegal = reason -> false;

    Arena(SimulatedNetwork network) {
        this.network = network;
        this.random = network.random();
    }

    /** Puts something between the engine and the simulated kernel, or between the engine and the handlers. */
    Arena with(UnaryOperator<TransportProvider> transport, UnaryOperator<ConnectionHandler> handler) {
        transports = transport;
        handlers = handler;
        return this;
    }

    EventLoopGroup group(SimulatedHost host, int loops) {
        return group(host, loops, Long.MAX_VALUE);
    }

    /** @param maxBytes the most memory of each loop's pool */
    EventLoopGroup group(SimulatedHost host, int loops, long maxBytes) {
        return group(host, loops, maxBytes, UnaryOperator.identity());
    }

    EventLoopGroup group(SimulatedHost host, int loops, long maxBytes, UnaryOperator<EventLoopGroupBuilder> changes) {
        BufferPoolOptions buffers = BufferPoolOptions.builder()
                .classes(512, 2048, 8192)
                .slabBytes(SLAB_BYTES)
                .maxBytes(maxBytes)
                .guarded(network.seed() % GUARDED_RUNS == 0)
                .build();
        return host.group(builder -> changes.apply(builder)
                .loops(loops)
                .options(LoopOptions.DEFAULT.withBuffers(buffers))
                .transport(transports.apply(host.transport())));
    }

    /** The handler, checked for the order of its callbacks. */
    ConnectionHandler watched(ConnectionHandler handler) {
        LegalOrder order = LegalOrder.of(network, handler);
        orders.add(order);
        return handlers.apply(order);
    }

    /** Watches the handler that a connection has got instead of {@code before}. */
    void rewatch(ConnectionHandler before, Connection connection) {
        orders.add(LegalOrder.replacing(before, network, connection));
    }

    /** Listens, again and again while the host has no descriptor left. */
    Listener listen(EventLoopGroup group, InetSocketAddress local, ListenOptions options, Acceptor acceptor)
            throws IOException {
        while (true) {
            try {
                return group.listen(local, options, acceptor);
            } catch (SystemCallException e) {
                if (!e.errno().isExhaustion()) {
                    throw e;
                }
            }
        }
    }

    ConnectionLimits limits() {
        int low = random.nextInt(4) == 0 ? 0 : random.nextInt(4096);
        int high = low + 1 + random.nextInt(8192);
        return ConnectionLimits.builder()
                .maxInboundBytes(1 + random.nextInt(1 << (1 + random.nextInt(16))))
                .readBudgetBytes(1 + random.nextInt(1 << (4 + random.nextInt(14))))
                .waterMarks(low, high)
                .maxQueuedBytes(1 << 20)
                .idleTimeout(Duration.ofSeconds(90))
                .writeTimeout(Duration.ofSeconds(80))
                .closeTimeout(Duration.ofSeconds(70))
                .build();
    }

    void connect(EventLoopGroup group, InetSocketAddress to, ConnectionHandler handler) {
        connect(group, to, handler, limits());
    }

    void connect(EventLoopGroup group, InetSocketAddress to, ConnectionHandler handler, ConnectionLimits ofConnection) {
        ConnectOptions options = new ConnectOptions(Duration.ofSeconds(200), ofConnection, SocketOptions.NONE);
        ConnectionHandler watched = watched(handler);
        group.connect(to, options, watched);
    }

    /** Lets connections end in a way that is a failure in other scenarios. */
    void allow(Predicate<CloseReason> reasons) {
        alsoLegal = reasons;
    }

    /** Has something checked once every connection is over. */
    void inTheEnd(Runnable check) {
        last = check;
    }

    boolean isDestructive() {
        return network.isBroken();
    }

    /** Runs until every connection is over, which has to be within some minutes, and nothing may be left then. */
    void finish() {
        do {
            if (!network.runUntil(this::isOver, Duration.ofMinutes(30))) {
                network.invariants().broken("connections never end, of " + orders.size());
                network.invariants().check();
            }
            // A server may accept more while it is quiet elsewhere.
            network.run(Duration.ofSeconds(10));
        } while (!isOver());
        orders.forEach(order -> checkReason(order.reason()));
        last.run();
    }

    private boolean isOver() {
        for (int i = orders.size() - 1; i >= 0; i--) {
            if (!orders.get(i).isClosed()) {
                return false;
            }
        }
        return true;
    }

    private void checkReason(CloseReason reason) {
        if (reason == null) {
            return;
        }
        boolean isLegal = switch (reason.kind()) {
            case SYSTEM_FAILED -> isGivenUp(reason.failure().orElseThrow());
            case HANDLER_FAILED, LOOP_FAILED, OUT_OF_MEMORY, OVERLOADED -> false;
            default -> true;
        };
        require(isLegal || alsoLegal.test(reason), "no connection may end by " + reason);
    }

    private static boolean isGivenUp(Throwable failure) {
        return failure instanceof SystemCallException call && call.errno() == Errno.ETIMEDOUT;
    }

    void require(boolean holds, String what) {
        if (!holds) {
            network.invariants().broken(what);
        }
    }
}
