package io.eventloop.samples;

import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * The options of a sample that stands between clients and a server.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> the converters refuse what is wrong; {@link #run} fails as the service does.
 */
final class ProxyArguments {
    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = Converters.LocalPort.class,
            description = "Port to listen on; 0 lets the system choose (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = Converters.Connections.class,
            description = "Clients at once; more are reset and counted (default: ${DEFAULT-VALUE}).")
    private int maxConnections;

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description =
                    "For clients to end after SIGTERM or SIGINT; 0 cuts them at once (default: ${DEFAULT-VALUE}).")
    private Duration drainTimeout;

    @Option(
            names = "--stats-interval",
            paramLabel = "DURATION",
            defaultValue = "0",
            description = "Between two lines of statistics (default: none before the end).")
    private Duration statsInterval;

    /** With the defaults of the sample. */
    ProxyArguments(int port, int maxConnections) {
        this.port = port;
        this.maxConnections = maxConnections;
    }

    int port() {
        return port;
    }

    int maxConnections() {
        return maxConnections;
    }

    /** Runs a service to its end. */
    void run(Service service) throws RunFailure, InterruptedException {
        service.run(drainTimeout, statsInterval);
    }
}
