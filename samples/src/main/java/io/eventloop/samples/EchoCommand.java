package io.eventloop.samples;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.ListenerMetrics;
import io.eventloop.LoopOptions;
import io.eventloop.tls.TlsServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code echo}: sends back what it receives.
 *
 * <p><b>Threading:</b> see {@link Service}. <b>Ownership:</b> owns its group.
 *
 * <p><b>Failure:</b> {@link RunFailure}.
 */
@Command(name = "echo", description = "Sends back what it receives, until SIGTERM or SIGINT.")
final class EchoCommand implements Callable<Integer> {
    /** As many as the loop's own default; descriptors are the limit before. */
    private static final int MAX_CONNECTIONS = 100_000;

    private static final ListenOptions OPTIONS = ListenOptions.builder()
            .maxConnections(MAX_CONNECTIONS, ListenOptions.Overflow.RESET)
            .build();

    private static final Duration DRAIN = Duration.ofSeconds(5);

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            required = true,
            converter = Converters.LocalPort.class,
            description = "Port to listen on; 0 lets the system choose.")
    private int port;

    @Option(names = "--host", paramLabel = "ADDR", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "0.0.0.0";

    @Mixin
    private TlsArguments tls;

    @Mixin
    private TransportOptions transport;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws RunFailure, InterruptedException {
        InetSocketAddress address = Addresses.resolve("--host", host, port);
        Optional<TlsServer> server = tls.server();
        Acceptor echo = connection -> new Echo();
        Acceptor acceptor = server.map(secured -> secured.acceptor(echo)).orElse(echo);
        try (EventLoopGroup group = transport.open("echo", LoopOptions.DEFAULT)) {
            Listener listener = Addresses.listen(address, at -> group.listen(at, OPTIONS, acceptor));
            new Service(spec, group, () -> statistics(listener.metrics()))
                    .announceAt(Addresses.text(Addresses.bound(address, listener.address())))
                    .run(DRAIN, Duration.ZERO);
        }
        return 0;
    }

    private static String statistics(ListenerMetrics clients) {
        return "accepted " + clients.accepted() + ", active " + clients.active() + ", refused "
                + (clients.refused() + clients.shed());
    }

    /** Stops reading while its peer does not read. */
    static final class Echo implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            if (!connection.write(in.detach())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            connection.resumeReading();
        }

        @Override
        public void onInputClosed(Connection connection) {
            connection.shutdownOutput();
        }
    }
}
