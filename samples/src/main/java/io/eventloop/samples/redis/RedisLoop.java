package io.eventloop.samples.redis;

import io.eventloop.EventLoop;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.PoolConnector;
import java.util.Arrays;

/**
 * One loop's share of a {@link RedisProxy}: its clients, the connections that they share, and its figures.
 *
 * <p><b>Threading:</b> loop-confined; figures may be read after the loop's end by whoever waited for it.
 *
 * <p><b>Ownership:</b> owns its pools and shared connections. <b>Failure:</b> none.
 */
final class RedisLoop {
    private static final System.Logger LOG = System.getLogger("io.eventloop.samples.redis-proxy");

    /** The oldest version of the protocol, RESP2; RESP3 is the other. */
    private static final int OLDEST = 2;

    private static final int VERSIONS = 2;

    /** Figures of one loop since the start. */
    record Figures(long shared, long pinned, long own, long refused, long broken, long stalled) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0);

        Figures plus(Figures other) {
            return new Figures(
                    shared + other.shared,
                    pinned + other.pinned,
                    own + other.own,
                    refused + other.refused,
                    broken + other.broken,
                    stalled + other.stalled);
        }
    }

    private final EventLoop loop;
    private final RedisOptions options;
    private final RespCommand command;
    private final ConnectionPool[] pins = new ConnectionPool[VERSIONS];
    private final SharedUpstream[][] shared = new SharedUpstream[VERSIONS][];
    private long sharedCommands;
    private long pinned;
    private long owned;
    private long refused;
    private long broken;
    private long stalled;

    RedisLoop(EventLoop loop, RedisOptions options) {
        this.loop = loop;
        this.options = options;
        this.command = new RespCommand(options.maxBulkBytes());
    }

    EventLoop loop() {
        return loop;
    }

    RedisOptions options() {
        return options;
    }

    /** To be used within one call; whoever is called next may use it too. */
    RespCommand command() {
        return command;
    }

    /** Connections for clients that need one to themselves. */
    ConnectionPool pins(int protocol) {
        int version = protocol - OLDEST;
        if (pins[version] == null) {
            pins[version] = pool(protocol, options.maxPinned());
        }
        return pins[version];
    }

    /** The shared connection of a client, always the same, so that its commands stay in order. */
    SharedUpstream shared(int protocol, long client) {
        int version = protocol - OLDEST;
        if (shared[version] == null) {
            ConnectionPool pool = pool(protocol, options.shared());
            shared[version] = new SharedUpstream[options.shared()];
            Arrays.setAll(shared[version], i -> new SharedUpstream(this, pool));
        }
        return shared[version][(int) (client % options.shared())];
    }

    private ConnectionPool pool(int protocol, int connections) {
        PoolConnector connector = protocol == OLDEST
                ? PoolConnector.of(loop, options.connectOptions())
                : (remote, handler) -> loop.connect(remote, options.connectOptions(), new Greeting(this, handler));
        return new ConnectionPool(loop, options.poolOptions(connections), connector);
    }

    void log(String message) {
        LOG.log(System.Logger.Level.DEBUG, message);
    }

    void countShared() {
        sharedCommands++;
    }

    void countPinned() {
        pinned++;
    }

    void countOwn() {
        owned++;
    }

    void countRefused() {
        refused++;
    }

    void countBroken() {
        broken++;
    }

    void countStalled() {
        stalled++;
    }

    Figures figures() {
        return new Figures(sharedCommands, pinned, owned, refused, broken, stalled);
    }
}
