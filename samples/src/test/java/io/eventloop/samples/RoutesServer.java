package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.HttpServerMetrics;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The routes of the HTTP server in this process, for clients that are not ours. Its figures outlive it. */
final class RoutesServer implements AutoCloseable {
    private final EventLoopGroup group;
    private final HttpServer server;
    private final String scheme;

    private RoutesServer(int loops, String scheme, HttpServer.Builder builder) throws IOException {
        this.scheme = scheme;
        group = EventLoopGroup.builder().loops(loops).build();
        server = builder.handler(new HttpServerRoutes(group).router())
                .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static RoutesServer plain(int loops) throws IOException {
        return new RoutesServer(loops, "http", HttpServer.builder());
    }

    static RoutesServer secured(int loops, TlsServer tls) throws IOException {
        return new RoutesServer(loops, "https", HttpServer.builder().layer(tls::acceptor));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.address();
    }

    /** Of a path, which begins with a slash. */
    String url(String path) {
        return scheme + "://127.0.0.1:" + address().getPort() + path;
    }

    HttpServerMetrics metrics() {
        return server.metrics();
    }

    @Override
    public void close() {
        group.close();
    }
}
