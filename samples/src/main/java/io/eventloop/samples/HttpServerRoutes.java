package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopMetrics;
import io.eventloop.Timer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.Router;
import io.eventloop.http.server.StreamHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The routes of {@code http-server}.
 *
 * <p><b>Threading:</b> serves all loops. <b>Ownership:</b> none. <b>Failure:</b> see {@link Router}.
 */
final class HttpServerRoutes {
    private static final HttpReply HELLO =
            HttpReply.of(HttpStatus.OK, "text/plain", "Hello, World!".getBytes(StandardCharsets.US_ASCII));
    private static final HttpReply MESSAGE = HttpReply.json("{\"message\":\"Hello, World!\"}");
    private static final HttpReply BYTES =
            HttpReply.of(HttpStatus.OK).with(HeaderName.CONTENT_TYPE, "application/octet-stream");
    private static final HttpReply EVENTS = HttpReply.of(HttpStatus.OK)
            .with(HeaderName.CONTENT_TYPE, "text/event-stream")
            .with(HeaderName.CACHE_CONTROL, "no-store");
    private static final Duration EVENT_INTERVAL = Duration.ofSeconds(1);

    private final EventLoopGroup group;

    HttpServerRoutes(EventLoopGroup group) {
        this.group = group;
    }

    Router router() {
        return Router.builder()
                .get("/plaintext", exchange -> exchange.send(HELLO))
                .get("/json", exchange -> exchange.send(MESSAGE))
                .any("/echo", HttpServerRoutes::echo)
                .get("/api/status", exchange -> exchange.send(status()))
                .get("/events", HttpServerRoutes::events)
                .build();
    }

    private static void echo(HttpExchange exchange) {
        exchange.stream(Echo.INSTANCE);
        exchange.start(BYTES, exchange.request().bodyLength());
    }

    private HttpReply status() {
        LoopMetrics metrics = group.metrics();
        return HttpReply.json("{\"transport\":\"" + group.transport() + "\",\"loops\":"
                + group.loops().size() + ",\"connections\":" + metrics.active() + ",\"opened\":" + metrics.opened()
                + ",\"bytesReceived\":" + metrics.bytesReceived() + ",\"bytesSent\":" + metrics.bytesSent() + "}");
    }

    /** Begins with an event, so that a client sees at once that it works. */
    private static void events(HttpExchange exchange) {
        Ticker ticker = new Ticker(exchange);
        exchange.defer().stream(ticker);
        exchange.start(EVENTS, HttpExchange.UNKNOWN_LENGTH);
        ticker.tick();
    }

    /** Sends back what arrives, no faster than the peer takes it. */
    private static final class Echo implements StreamHandler {
        private static final Echo INSTANCE = new Echo();

        @Override
        public void onData(HttpExchange exchange, Buffer data) {
            if (!exchange.write(data)) {
                exchange.pauseBody();
            }
        }

        @Override
        public void onWritable(HttpExchange exchange) {
            exchange.resumeBody();
        }

        @Override
        public void onEnd(HttpExchange exchange) {
            exchange.end();
        }
    }

    /** Counts, an event each second, until the client has gone or the server goes; one that does not read misses some. */
    private static final class Ticker implements StreamHandler {
        private final HttpExchange exchange;
        private final Timer timer;
        private long count;

        private Ticker(HttpExchange exchange) {
            this.exchange = exchange;
            timer = exchange.loop().timer(this::tick);
        }

        private void tick() {
            if (exchange.isDone()) {
                return;
            }
            count++;
            if (exchange.isWritable()) {
                exchange.write(
                        ("id: " + count + "\ndata: {\"count\":" + count + "}\n\n").getBytes(StandardCharsets.US_ASCII));
            }
            timer.schedule(EVENT_INTERVAL);
        }

        @Override
        public void onDrain(HttpExchange same) {
            timer.cancel();
            same.end();
        }
    }
}
