package io.eventloop.samples.redis;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.ListenerMetrics;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Listens, and carries the commands of many Redis clients over few connections to a server.
 *
 * <p><b>Threading:</b> thread-safe; not to be asked for statistics from a loop, which would wait for itself.
 *
 * <p><b>Ownership:</b> the group is the caller's, and ends the proxy.
 *
 * <p><b>Failure:</b> {@link #listen} throws if the address cannot be listened on; whatever fails later is told to the
 * clients it concerns.
 */
public final class RedisProxy {
    private final EventLoopGroup group;
    private final List<RedisLoop> loops = new ArrayList<>();
    private Listener listener;

    private RedisProxy(EventLoopGroup group, RedisOptions options) {
        this.group = group;
        for (EventLoop loop : group.loops()) {
            loops.add(new RedisLoop(loop, options));
        }
    }

    /** Starts a proxy on all loops of a group. */
    public static RedisProxy listen(EventLoopGroup group, SocketAddress local, RedisOptions options)
            throws IOException {
        RedisProxy proxy = new RedisProxy(group, options);
        proxy.listener = group.listen(
                local,
                options.listenOptions(),
                client -> new ClientSession(proxy.loops.get(client.loop().index())));
        return proxy;
    }

    /** What it listens with. */
    public Listener listener() {
        return listener;
    }

    /** The figures now, or at the end if the group has ended, on one line. */
    public String statistics() {
        RedisLoop.Figures sum = RedisLoop.Figures.NONE;
        for (RedisLoop loop : loops) {
            sum = sum.plus(figures(loop));
        }
        ListenerMetrics clients = listener.metrics();
        return "clients " + clients.accepted() + ", active " + clients.active() + ", refused "
                + (clients.refused() + clients.shed()) + "; commands shared " + sum.shared() + ", refused "
                + sum.refused() + "; pinned " + sum.pinned() + " times, for good " + sum.own()
                + "; shared connections lost " + sum.broken() + "; clients cut for not reading " + sum.stalled();
    }

    private RedisLoop.Figures figures(RedisLoop loop) {
        try {
            return CompletableFuture.supplyAsync(loop::figures, loop.loop()).join();
        } catch (RejectedExecutionException e) {
            // The loop has ended: its figures are final, and visible once the group has.
            group.closed().join();
            return loop.figures();
        }
    }
}
