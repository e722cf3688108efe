package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.samples.redis.RedisOptions;
import io.eventloop.samples.redis.RedisProxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code redis-proxy}: many Redis clients over few connections.
 *
 * <p><b>Threading:</b> see {@link Service}. <b>Ownership:</b> owns its group.
 *
 * <p><b>Failure:</b> {@link RunFailure}.
 */
@Command(
        name = "redis-proxy",
        description = {
            "Carries the commands of many Redis clients over a few connections to a server, RESP2 and RESP3, until SIGTERM"
                    + " or SIGINT: then it stops accepting, answers what is under way, and prints statistics.",
            "A client has a connection to itself during MULTI, WATCH, commands that block, and commands above 32 KiB; and"
                    + " for good after SELECT, AUTH, SUBSCRIBE, MONITOR and CLIENT. WAIT, CLIENT REPLY and replication are"
                    + " refused.",
            "Durations are whole numbers with ms, s, m or h; 0 stands for no timeout."
        })
final class RedisProxyCommand implements Callable<Integer> {
    @Option(
            names = {"-l", "--host"},
            paramLabel = "ADDR",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = {"-u", "--upstream"},
            paramLabel = "HOST:PORT",
            converter = Converters.HostAndPort.class,
            defaultValue = "127.0.0.1:6379",
            description = "The server, looked up once (default: ${DEFAULT-VALUE}).")
    private Converters.HostAndPort.Value upstream;

    @Option(
            names = "--pool-size",
            paramLabel = "N",
            converter = Converters.PoolSize.class,
            description = "Connections that the clients of a loop share (default: ${DEFAULT-VALUE}).")
    private int poolSize = 2;

    @Option(
            names = "--max-pinned",
            paramLabel = "N",
            converter = Converters.PoolSize.class,
            description =
                    "Connections on a loop that clients have to themselves; more wait (default: ${DEFAULT-VALUE}).")
    private int maxPinned = 128;

    @Option(
            names = "--upstream-timeout",
            paramLabel = "DURATION",
            converter = Converters.PositiveTime.class,
            defaultValue = "5s",
            description = "For a command to wait for a connection to the server (default: ${DEFAULT-VALUE}).")
    private Duration upstreamTimeout;

    @Option(
            names = "--client-stall",
            paramLabel = "DURATION",
            converter = Converters.PositiveTime.class,
            defaultValue = "5s",
            description = "Resets a client that holds up others this long by not reading its replies"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration clientStall;

    @Option(
            names = "--idle-timeout",
            paramLabel = "DURATION",
            defaultValue = "0",
            description = "Ends a client without a byte either way (default: none, as with Redis).")
    private Duration idleTimeout;

    @Option(
            names = "--max-bulk-mib",
            paramLabel = "N",
            converter = Converters.BulkMib.class,
            description = "The longest string in a command or reply, in MiB (default: ${DEFAULT-VALUE}).")
    private int maxBulkMib = 512;

    @Mixin
    private ProxyArguments proxy = new ProxyArguments(6380, 10_000);

    @Mixin
    private TransportOptions transport;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws RunFailure, InterruptedException {
        InetSocketAddress local = Addresses.resolve("--host", host, proxy.port());
        InetSocketAddress server = Addresses.resolve("--upstream", upstream.host(), upstream.port());
        Addresses.checkElsewhere("--upstream", server, local);
        RedisOptions options = new RedisOptions(
                server,
                poolSize,
                maxPinned,
                proxy.maxConnections(),
                upstreamTimeout,
                clientStall,
                idleTimeout,
                (long) maxBulkMib << 20);
        try (EventLoopGroup group = transport.open("redis-proxy", LoopOptions.DEFAULT)) {
            RedisProxy relay = Addresses.listen(local, at -> RedisProxy.listen(group, at, options));
            InetSocketAddress bound = Addresses.bound(local, relay.listener().address());
            proxy.run(new Service(spec, group, relay::statistics)
                    .announceAt(Addresses.text(bound) + ", server " + Addresses.text(server)));
        }
        return 0;
    }
}
