package io.eventloop.http.server;

import io.eventloop.http.HttpLimits;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What a server was built with. */
record ServerSettings(
        HttpHandler handler,
        HttpServerLimits limits,
        HttpLimits messageLimits,
        Optional<AccessLog> accessLog,
        Optional<ClientAddresses> addresses,
        BiConsumer<String, Throwable> failureListener) {}
