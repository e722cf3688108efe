package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpHandler;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.tls.TlsServer;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * The figures of a server and its loops in the text format of Prometheus, at {@code /metrics}.
 *
 * <p><b>Threading:</b> serves all loops; figures are read without stopping one. <b>Ownership:</b> a registry of its own.
 *
 * <p><b>Failure:</b> none.
 */
final class PrometheusPage implements HttpHandler {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    PrometheusPage(EventLoopGroup group, HttpServer server) {
        gauge(
                "http_connections_active",
                "Connections open now.",
                () -> server.metrics().activeConnections());
        counter(
                "http_connections",
                "Connections opened.",
                () -> server.metrics().connections());
        gauge(
                "http_requests_in_flight",
                "Requests taken and not over.",
                () -> server.metrics().requestsInFlight());
        counter("http_requests", "Requests taken.", () -> server.metrics().requests());
        counter(
                "http_aborted",
                "Exchanges that did not come to their end.",
                () -> server.metrics().aborted());
        counter(
                "http_rate_limited",
                "Requests answered with 429.",
                () -> server.metrics().rateLimited());
        counter(
                "http_access_log_dropped",
                "Entries the access log had no room for.",
                () -> server.metrics().accessLogDropped());
        CounterWithCallback.builder()
                .name("http_responses")
                .help("Final responses by the first digit of their status.")
                .labelNames("status")
                .callback(callback ->
                        server.metrics().responses().forEach((digit, count) -> callback.call(count, digit + "xx")))
                .register(registry);
        CounterWithCallback.builder()
                .name("http_violations")
                .help("Requests refused, by what was wrong with them.")
                .labelNames("violation")
                .callback(callback -> server.metrics()
                        .violations()
                        .forEach((violation, count) -> callback.call(count, violation.name())))
                .register(registry);
        counter("eventloop_turns", "Turns of all loops.", () -> group.metrics().turns());
        counter(
                "eventloop_bytes_received",
                "Bytes received.",
                () -> group.metrics().bytesReceived());
        counter("eventloop_bytes_sent", "Bytes sent.", () -> group.metrics().bytesSent());
        CounterWithCallback.builder()
                .name("eventloop_closed")
                .help("Connections ended, by the way they ended.")
                .labelNames("kind")
                .callback(callback -> group.metrics().closed().forEach((kind, n) -> callback.call(n, kind.name())))
                .register(registry);
    }

    /** Adds the figures of TLS. */
    PrometheusPage with(TlsServer tls) {
        counter("tls_handshakes_begun", "Handshakes begun.", () -> tls.metrics().begun());
        counter("tls_handshakes", "Handshakes completed.", () -> tls.metrics().established());
        counter(
                "tls_resumed",
                "Handshakes that resumed a session.",
                () -> tls.metrics().resumed());
        counter(
                "tls_shed",
                "Handshakes refused because too many waited.",
                () -> tls.metrics().shed());
        counter(
                "tls_timed_out",
                "Handshakes not done in time.",
                () -> tls.metrics().timedOut());
        counter(
                "tls_failed",
                "Connections ended by TLS for another reason.",
                () -> tls.metrics().failed());
        return this;
    }

    private void counter(String name, String help, LongSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsLong()))
                .register(registry);
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsLong()))
                .register(registry);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!exchange.request().pathIs("/metrics")) {
            exchange.send(HttpStatus.NOT_FOUND);
            return;
        }
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        writer.write(page, registry.scrape());
        exchange.send(HttpReply.of(HttpStatus.OK, CONTENT_TYPE, page.toByteArray()));
    }
}
