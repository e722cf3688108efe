package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The example of http-codec/README.md, which shows it from the next line on; {@link ReadmeTest} compares the two. */
public final class RestExample {
    private static final int MAX_NOTE_BYTES = 1000;

    private final Map<String, String> notes = new ConcurrentSkipListMap<>();

    public static void main(String[] args) throws Exception {
        try (EventLoopGroup group = EventLoopGroup.builder().build()) {
            new RestExample()
                    .listen(group, new InetSocketAddress(8080))
                    .closed()
                    .join();
        }
    }

    HttpServer listen(EventLoopGroup group, SocketAddress address) throws IOException {
        Router routes = Router.builder()
                .get("/notes", exchange -> exchange.send(HttpReply.text(String.join("\n", notes.keySet()))))
                .get("/notes/{name}", this::show)
                .put("/notes/{name}", this::keep)
                .delete("/notes/{name}", this::drop)
                .build();
        return HttpServer.builder().handler(routes).listen(group, address);
    }

    private void show(HttpExchange exchange) {
        String note = notes.get(exchange.parameter("name"));
        exchange.send(note == null ? HttpReply.of(HttpStatus.NOT_FOUND) : HttpReply.text(note));
    }

    private void keep(HttpExchange exchange) {
        String name = exchange.parameter("name"); // now: the request's bytes are gone once its body has come
        exchange.readBody(MAX_NOTE_BYTES, (same, body) -> {
            notes.put(name, new String(body, StandardCharsets.UTF_8));
            same.send(HttpStatus.NO_CONTENT);
        });
    }

    private void drop(HttpExchange exchange) {
        boolean was = notes.remove(exchange.parameter("name")) != null;
        exchange.send(was ? HttpStatus.NO_CONTENT : HttpStatus.NOT_FOUND);
    }
}
