/** Small servers, proxies and clients, as subcommands of one command line. */
@SuppressWarnings("requires-automatic") // Prometheus has no module descriptors.
module io.eventloop.samples {
    requires io.eventloop;
    requires io.eventloop.http;
    requires info.picocli;
    requires io.prometheus.metrics.core;
    requires io.prometheus.writer.text;
    requires io.prometheus.metrics.model;

    opens io.eventloop.samples to
            info.picocli;
}
