package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import picocli.CommandLine.Option;

/**
 * The options every sample has: what its loops run on.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> the group opened is the caller's.
 *
 * <p><b>Failure:</b> a transport that cannot run here is a {@link RunFailure} saying why.
 */
final class TransportOptions {
    @Option(
            names = "--transport",
            paramLabel = "auto|nio|epoll",
            converter = Converters.Transport.class,
            description = "What moves the bytes; auto takes the best that runs here (default: ${DEFAULT-VALUE}).")
    private String transport = "auto";

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Converters.Threads.class,
            description = "Event loops, 1..1024 (default: one per processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** A group of these options. */
    EventLoopGroup open(String name, LoopOptions options) throws RunFailure {
        return open(name, threads, options);
    }

    /** A group of the same transport with a number of loops of its own. */
    EventLoopGroup open(String name, int loops, LoopOptions options) throws RunFailure {
        try {
            return EventLoopGroup.builder()
                    .transport(transport)
                    .loops(loops)
                    .namePrefix(name)
                    .options(options)
                    .build();
        } catch (IllegalStateException e) {
            throw new RunFailure("--transport " + transport + ": " + e.getMessage(), e);
        }
    }
}
