package io.eventloop.pool;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.SocketOptions;
import io.eventloop.Timer;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A server that answers each request, eight bytes, by the same eight bytes, sooner or later or never; ends connections after
 * an answer or while they are idle, says things nobody asked for, and is restarted.
 */
final class Upstream {
    /** What it says unasked; no request has this number. */
    static final long STRAY = -1;

    private final SimulatedNetwork network;
    private final SeededRandom random;
    private final EventLoopGroup group;
    private final InetSocketAddress address;
    private final List<Connection> connections = new ArrayList<>();
    private final boolean behaves;

    /** Every request that was received. */
    final Set<Long> seen = new HashSet<>();

    private Listener listener;

    Upstream(SimulatedNetwork network, SimulatedHost host, int port) {
        this.network = network;
        this.random = network.random().split();
        this.group = PoolScenario.group(network, host);
        this.address = host.address(port);
        this.behaves = random.nextInt(3) == 0;
        start();
    }

    InetSocketAddress address() {
        return address;
    }

    private void start() {
        try {
            ListenOptions options = ListenOptions.builder()
                    .socket(SocketOptions.NONE)
                    .limits(ConnectionLimits.builder()
                            .idleTimeout(Duration.ofSeconds(20 + random.nextInt(40)))
                            .build())
                    .build();
            listener = group.listen(address, options, connection -> {
                connections.add(connection);
                return new Session();
            });
        } catch (IOException e) {
            network.after(Duration.ofMillis(10), this::start);
        }
    }

    /** Has it go down, with all its connections, and come back. */
    void restart(Duration downFor) {
        if (listener == null) {
            return;
        }
        listener.close();
        listener = null;
        List<Connection> dying = List.copyOf(connections);
        connections.clear();
        group.next()
                .execute(() -> dying.forEach(connection -> {
                    if (random.nextInt(2) == 0) {
                        connection.close();
                    } else {
                        connection.abort();
                    }
                }));
        network.after(downFor, this::start);
    }

    private final class Session implements ConnectionHandler {
        private Connection connection;
        private Timer timer;
        private long answer;

        @Override
        public void onOpen(Connection opened) {
            connection = opened;
            timer = opened.loop().timer(this::act);
        }

        @Override
        public void onData(Connection from, Buffer in) {
            while (in.readableBytes() >= Long.BYTES) {
                answer = in.readLong();
                if (!seen.add(answer)) {
                    network.invariants().broken("request " + answer + " came twice");
                }
                if (behaves || random.nextInt(4) > 0) {
                    answer();
                } else if (random.nextInt(3) > 0) {
                    timer.scheduleNanos(random.nextLong(500_000_000));
                }
            }
        }

        private void answer() {
            if (connection.isOutputEnded()) {
                return;
            }
            Buffer out = connection.loop().buffers().acquire(Long.BYTES);
            out.writeLong(answer);
            connection.write(out);
            answer = STRAY;
            if (!behaves) {
                switch (random.nextInt(12)) {
                    case 0 -> connection.close();
                    case 1 -> connection.shutdownOutput();
                    case 2 -> connection.abort();
                    case 3 -> timer.scheduleNanos(random.nextLong(2_000_000_000L));
                    default -> {}
                }
            }
        }

        /** Late: the answer, or without a question something else. */
        private void act() {
            if (answer == STRAY && random.nextInt(2) == 0) {
                connection.close();
            } else {
                answer();
            }
        }

        @Override
        public void onClosed(Connection over, CloseReason reason) {
            if (timer != null) {
                timer.cancel();
            }
            connections.remove(over);
        }
    }
}
