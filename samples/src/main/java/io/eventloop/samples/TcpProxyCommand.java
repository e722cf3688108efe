package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.tls.TlsServer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code tcp-proxy}: relays each connection to a backend.
 *
 * <p><b>Threading:</b> see {@link Service}. <b>Ownership:</b> owns its groups.
 *
 * <p><b>Failure:</b> {@link RunFailure}.
 */
@Command(
        name = "tcp-proxy",
        description = {
            "Relays each connection to a backend, until SIGTERM or SIGINT: then it stops accepting, lets connections"
                    + " end within the drain timeout, and prints statistics.",
            "Durations are whole numbers with ms, s, m or h; 0 stands for no timeout."
        })
final class TcpProxyCommand implements Callable<Integer> {
    @Option(
            names = {"-l", "--listen"},
            paramLabel = "ADDR",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String listenHost = "0.0.0.0";

    @Option(
            names = {"-b", "--backend"},
            paramLabel = "ADDR",
            description = "The backend's address, looked up once (default: ${DEFAULT-VALUE}).")
    private String backendHost = "127.0.0.1";

    @Option(
            names = {"-P", "--backend-port"},
            paramLabel = "PORT",
            converter = Converters.RemotePort.class,
            description = "The backend's port (default: ${DEFAULT-VALUE}).")
    private int backendPort = 8081;

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            defaultValue = "5s",
            description = "For the connection to the backend (default: ${DEFAULT-VALUE}).")
    private Duration connectTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            description =
                    "Ends a connection without a byte either way, or one that takes none of what is queued for it "
                            + "(default: ${DEFAULT-VALUE}).")
    private Duration idleTimeout;

    @Option(
            names = "--with-backend",
            description =
                    "Starts a greeting server on the backend's address, which answers any request with a greeting.")
    private boolean withBackend;

    @Option(
            names = "--proxy-protocol-in",
            paramLabel = "required|optional",
            arity = "0..1",
            fallbackValue = "required",
            converter = Converters.FromClient.class,
            description = {
                "Clients are proxies that say by a PROXY protocol header for whom they connect; 'optional' takes others,"
                        + " too.",
                "Whoever can reach the address can then claim to be anybody: let only the proxies reach it."
            })
    private ProxyOptions.HeaderFromClient headerFromClient = ProxyOptions.HeaderFromClient.NONE;

    @Option(
            names = "--send-proxy",
            paramLabel = "v1|v2",
            converter = Converters.ToBackend.class,
            description = "Tells the backend of each client by a PROXY protocol header of this version.")
    private ProxyOptions.HeaderToBackend headerToBackend = ProxyOptions.HeaderToBackend.NONE;

    @Option(
            names = "--tls-passthrough",
            paramLabel = "NAME=HOST:PORT",
            converter = {Converters.LowerCase.class, Converters.HostAndPort.class},
            description = {
                "Relays clients that ask for this name in their TLS handshake to this backend, without taking part in"
                        + " the handshake. Clients that ask for none of the names are reset."
            })
    private Map<String, Converters.HostAndPort.Value> passedOn = new LinkedHashMap<>();

    @Mixin
    private ProxyArguments proxy = new ProxyArguments(8080, 1024);

    @Mixin
    private TlsArguments tls;

    @Mixin
    private TransportOptions transport;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws RunFailure, InterruptedException {
        InetSocketAddress local = Addresses.resolve("--listen", listenHost, proxy.port());
        InetSocketAddress backend = Addresses.resolve("--backend", backendHost, backendPort);
        Addresses.checkElsewhere("--backend", backend, local);
        if (!withBackend) {
            return serve(local, backend);
        }
        try (EventLoopGroup group = transport.open("greeting", 1, LoopOptions.DEFAULT)) {
            Addresses.listen(backend, at -> GreetingServer.listen(group, at));
            spec.commandLine().getOut().println("tcp-proxy: greeting server listening on " + Addresses.text(backend));
            return serve(local, backend);
        }
    }

    private Integer serve(InetSocketAddress local, InetSocketAddress backend) throws RunFailure, InterruptedException {
        ProxyOptions options = new ProxyOptions(proxy.maxConnections(), connectTimeout, idleTimeout)
                .with(headerFromClient, headerToBackend);
        ProxyFront front = front(local);
        try (EventLoopGroup group = transport.open("tcp-proxy", options.loopOptions())) {
            TcpProxy relay = Addresses.listen(local, at -> TcpProxy.listen(group, at, backend, options, front));
            proxy.run(new Service(spec, group, () -> relay.statistics().toString())
                    .announceAt(Addresses.text(relay.address()) + ", backend " + Addresses.text(backend)));
        }
        return 0;
    }

    private ProxyFront front(InetSocketAddress local) throws RunFailure {
        Optional<TlsServer> server = tls.server();
        if (server.isPresent() && !passedOn.isEmpty()) {
            throw new RunFailure("--tls and --tls-passthrough exclude each other", null);
        }
        if (passedOn.isEmpty()) {
            return server.map(ProxyFront::terminating).orElseGet(ProxyFront::none);
        }
        Map<String, SocketAddress> backends = new LinkedHashMap<>();
        for (Map.Entry<String, Converters.HostAndPort.Value> entry : passedOn.entrySet()) {
            Converters.HostAndPort.Value backend = entry.getValue();
            InetSocketAddress address = Addresses.resolve("--tls-passthrough", backend.host(), backend.port());
            Addresses.checkElsewhere("--tls-passthrough", address, local);
            backends.put(entry.getKey(), address);
        }
        return ProxyFront.passing(backends);
    }
}
