package io.eventloop.samples;

import java.net.InetSocketAddress;
import picocli.CommandLine.Option;

/**
 * The options of a sample that listens at an address.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a host that cannot be resolved is a {@link RunFailure}.
 */
final class ListenArguments {
    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = Converters.LocalPort.class,
            description = "Port to listen on; 0 lets the system choose (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--host", paramLabel = "ADDR", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host;

    /** With the defaults of the sample. */
    ListenArguments(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** Looks the host up. */
    InetSocketAddress address() throws RunFailure {
        return address(port);
    }

    /** The same host with another port. */
    InetSocketAddress address(int other) throws RunFailure {
        return Addresses.resolve("--host", host, other);
    }
}
