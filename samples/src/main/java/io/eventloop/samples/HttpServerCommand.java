package io.eventloop.samples;

import io.eventloop.DrainReport;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.http.server.AccessLog;
import io.eventloop.http.server.AccessLogFormat;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.HttpServerLimits;
import io.eventloop.http.server.HttpServerMetrics;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code http-server}: a few routes over HTTP/1.1, plainly or over TLS.
 *
 * <p><b>Threading:</b> see {@link Service}. <b>Ownership:</b> owns its group and its access log.
 *
 * <p><b>Failure:</b> {@link RunFailure}.
 */
@Command(
        name = "http-server",
        description = {
            "Serves GET /plaintext, GET /json, ANY /echo, GET /api/status and GET /events (server-sent events) over"
                    + " HTTP/1.1, with --tls as https, until SIGTERM or SIGINT: then it answers what is in flight and ends.",
            "Durations are whole numbers with ms, s, m or h; 0 stands for no timeout."
        })
final class HttpServerCommand implements Callable<Integer> {
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** For the next request of whoever is about to send one. */
    private static final Duration DRAIN_GRACE = Duration.ofSeconds(1);

    /** Heads in two pieces are common on a network with losses, attack or not. */
    private static final int LEAST_PARTIAL_HEADS = 16;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = Converters.Connections.class,
            description = "Clients at once; more are reset and counted (default: ${DEFAULT-VALUE}).")
    private int maxConnections = 1000;

    @Option(
            names = "--idle-timeout",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "Ends a connection between two requests (default: ${DEFAULT-VALUE}).")
    private Duration idleTimeout;

    @Option(
            names = "--rate-limit",
            paramLabel = "N/s",
            converter = Converters.Rate.class,
            description = "Requests a second of one address; more are answered with 429 (default: no limit).")
    private int rateLimit;

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description = "Appends a line for each request, in the combined format (default: none).")
    private Path accessLog;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            converter = Converters.LocalPort.class,
            description = "Serves GET /metrics for Prometheus on a port of its own (default: none).")
    private Integer metricsPort;

    @Mixin
    private ListenArguments listen = new ListenArguments("0.0.0.0", 8080);

    @Mixin
    private TlsArguments tls;

    @Mixin
    private TransportOptions transport;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws RunFailure, InterruptedException {
        InetSocketAddress address = listen.address();
        Optional<TlsServer> secured = tls.server("http/1.1");
        Optional<AccessLog> log = openLog();
        try (EventLoopGroup group =
                transport.open("http-server", LoopOptions.DEFAULT.withMaxConnections(maxConnections + 16))) {
            HttpServer server = listen(group, address, log, secured);
            String metrics = metricsPort == null ? "" : ", metrics on " + listenForMetrics(group, server, secured);
            new Service(spec, group, () -> statistics(server.metrics(), secured))
                    .announceAt(Addresses.text(Addresses.bound(address, server.address())) + metrics)
                    .drainBy(limit -> drain(group, server, limit))
                    .afterDrain(() -> log.ifPresent(AccessLog::close))
                    .run(DRAIN, Duration.ZERO);
        } finally {
            log.ifPresent(AccessLog::close);
        }
        return 0;
    }

    private static CompletableFuture<DrainReport> drain(EventLoopGroup group, HttpServer server, Duration limit) {
        return server.drain(DRAIN_GRACE, limit)
                .thenCompose(report -> group.shutdown(DRAIN_GRACE).thenApply(rest -> report));
    }

    private Optional<AccessLog> openLog() throws RunFailure {
        try {
            return accessLog == null
                    ? Optional.empty()
                    : Optional.of(AccessLog.toFile(accessLog, AccessLogFormat.COMBINED));
        } catch (NoSuchFileException e) {
            throw new RunFailure("--access-log " + accessLog + ": no such folder", e);
        } catch (IOException e) {
            throw new RunFailure("--access-log " + accessLog + ": " + e.getMessage(), e);
        }
    }

    private HttpServer listen(
            EventLoopGroup group, InetSocketAddress address, Optional<AccessLog> log, Optional<TlsServer> secured)
            throws RunFailure {
        HttpServerLimits limits = HttpServerLimits.builder()
                .maxConnections(maxConnections)
                .maxPartialHeads(partialHeads(group))
                .keepAliveTimeout(idleTimeout)
                .maxRequestsPerSecondPerAddress(rateLimit)
                .build();
        HttpServer.Builder builder = HttpServer.builder().limits(limits).handler(new HttpServerRoutes(group).router());
        log.ifPresent(builder::accessLog);
        secured.ifPresent(server -> builder.layer(server::acceptor));
        return Addresses.listen(address, at -> builder.listen(group, at));
    }

    /** For each loop so few that heads which do not come to their end leave half of the connections to others. */
    private int partialHeads(EventLoopGroup group) {
        int half = maxConnections / 2 / group.loops().size();
        return Math.max(LEAST_PARTIAL_HEADS, Math.min(half, HttpServerLimits.DEFAULT.maxPartialHeads()));
    }

    private String listenForMetrics(EventLoopGroup group, HttpServer server, Optional<TlsServer> secured)
            throws RunFailure {
        PrometheusPage page = new PrometheusPage(group, server);
        secured.ifPresent(page::with);
        InetSocketAddress address = listen.address(metricsPort);
        HttpServer.Builder builder = HttpServer.builder().handler(page);
        HttpServer metrics = Addresses.listen(address, at -> builder.listen(group, at));
        return Addresses.text(Addresses.bound(address, metrics.address()));
    }

    private static String statistics(HttpServerMetrics metrics, Optional<TlsServer> secured) {
        String handshakes = secured.map(TlsServer::metrics)
                .map(tls -> ", handshakes " + tls.established() + " of " + tls.begun() + ", resumed " + tls.resumed())
                .orElse("");
        return "connections " + metrics.connections() + ", requests " + metrics.requests() + ", responses "
                + metrics.responses() + ", aborted " + metrics.aborted() + handshakes;
    }
}
