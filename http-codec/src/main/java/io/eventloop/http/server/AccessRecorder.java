package io.eventloop.http.server;

import io.eventloop.Connection;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpRequest;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What is counted and logged of an exchange's response: takes what is gone later from the request, and completes it at the
 * end.
 */
final class AccessRecorder {
    private final ServerLoop server;
    private AccessEntry begun;
    private long beganNanos;

    AccessRecorder(ServerLoop server) {
        this.server = server;
    }

    /** What is known when a request was taken. */
    void begin(Connection connection, HttpRequest request, long nanoTime) {
        beganNanos = nanoTime;
        if (server.settings.accessLog().isPresent()) {
            begun = new AccessEntry(
                    server.loop.environment().wallClock().time(),
                    text(connection.remoteAddress()),
                    request.method().name(),
                    request.target(),
                    request.version().toString(),
                    0,
                    0,
                    Duration.ZERO,
                    first(request, HeaderName.REFERER),
                    first(request, HeaderName.USER_AGENT));
        }
    }

    private static String first(HttpRequest request, HeaderName name) {
        int index = request.headers().indexOf(name);
        return index < 0 ? "" : request.headers().value(index);
    }

    void end(int status, long bytes) {
        server.counters.countResponse(status);
        if (begun == null) {
            return;
        }
        // Not the turn's time: a handler that answers at once does so within its turn.
        long nanos = server.loop.environment().clock().nanoTime() - beganNanos;
        AccessEntry entry = new AccessEntry(
                begun.epochMillis(),
                begun.remote(),
                begun.method(),
                begun.target(),
                begun.version(),
                status,
                bytes,
                Duration.ofNanos(nanos),
                begun.referer(),
                begun.userAgent());
        begun = null;
        server.settings.accessLog().ifPresent(log -> log.log(entry));
    }

    /** For an answer to what was not understood. */
    static void unreadable(H1Connection owner, HttpReply reply) {
        ServerLoop server = owner.server;
        if (server.settings.accessLog().isPresent()) {
            long now = server.loop.environment().wallClock().time();
            String remote = text(owner.connection.remoteAddress());
            AccessEntry entry = new AccessEntry(
                    now, remote, "-", "-", "-", reply.status().code(), reply.bodyLength(), Duration.ZERO, "", "");
            server.settings.accessLog().get().log(entry);
        }
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : address.toString();
    }
}
