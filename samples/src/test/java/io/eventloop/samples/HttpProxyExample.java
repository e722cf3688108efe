package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.client.ClientRequest;
import io.eventloop.http.client.EndToEnd;
import io.eventloop.http.client.Exchange;
import io.eventloop.http.client.HttpClient;
import io.eventloop.http.client.HttpClientException;
import io.eventloop.http.client.HttpClientOptions;
import io.eventloop.http.client.Origin;
import io.eventloop.http.client.RequestBody;
import io.eventloop.http.client.RequestStream;
import io.eventloop.http.client.ResponseListener;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.StreamHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The HTTP proxy of docs/building-a-proxy.md. */
public final class HttpProxyExample {
    private static final HeaderName VIA = HeaderName.of("Via");
    private static final HeaderName FORWARDED_FOR = HeaderName.of("X-Forwarded-For");

    private final InetSocketAddress backend;
    private final HttpClientOptions options;
    private final Map<EventLoop, HttpClient> clients = new ConcurrentHashMap<>();

    public HttpProxyExample(InetSocketAddress backend, HttpClientOptions options) {
        this.backend = backend;
        this.options = options;
    }

    public HttpServer listen(EventLoopGroup group, SocketAddress address) throws IOException {
        return HttpServer.builder().handler(this::pass).listen(group, address);
    }

    private void pass(HttpExchange client) {
        HttpRequest request = client.request();
        if (request.method() == HttpMethod.CONNECT) {
            client.send(HttpStatus.NOT_IMPLEMENTED);
            return;
        }
        Passage passage = new Passage(client.defer(), request);
        ClientRequest passed;
        try {
            passed = ClientRequest.forwarding(Origin.of(false, request.authority()), request)
                    .address(backend)
                    .field(VIA, "1.1 example")
                    .field(FORWARDED_FOR, ((InetSocketAddress) client.remoteAddress()).getHostString())
                    .body(request.hasBody() ? passage : RequestBody.NONE)
                    .build();
        } catch (IllegalArgumentException e) {
            client.send(HttpStatus.BAD_REQUEST);
            return;
        }
        client.stream(passage);
        client.pauseBody(); // until there is a connection that takes it
        passage.server = clients.computeIfAbsent(
                        client.loop(),
                        loop -> HttpClient.builder(loop).options(options).build())
                .send(passed, passage);
    }

    /** One request on its way to the backend, and the response on its way back. */
    private static final class Passage implements StreamHandler, RequestBody, ResponseListener {
        private final HttpExchange client;
        private final boolean isHead;
        private final long length;
        private Exchange server;
        private RequestStream upload;

        Passage(HttpExchange client, HttpRequest request) {
            this.client = client;
            isHead = request.method() == HttpMethod.HEAD;
            length = request.bodyLength();
        }

        // The request's body.

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean isReplayable() {
            return false;
        }

        @Override
        public void start(RequestStream stream) {
            upload = stream;
            client.resumeBody();
        }

        @Override
        public void onData(HttpExchange same, Buffer data) {
            if (upload == null) {
                data.release();
            } else if (!upload.write(data)) {
                client.pauseBody();
            }
        }

        @Override
        public void onWritable(RequestStream stream) {
            client.resumeBody();
        }

        @Override
        public void onEnd(HttpExchange same) {
            if (upload != null) {
                upload.end();
            }
        }

        @Override
        public void onStopped(RequestStream stream) {
            upload = null; // the backend has answered already, or failed
            client.resumeBody();
        }

        // The response.

        @Override
        public void onHead(Exchange same, HttpResponse response) {
            HttpReply head =
                    HttpReply.of(response.status()).with(VIA, "1.1 example").with(EndToEnd.fields(response.headers()));
            String declared =
                    response.headers().first(HeaderName.CONTENT_LENGTH).orElse("-1");
            client.start(head, isHead ? Long.parseLong(declared) : response.bodyLength());
        }

        @Override
        public void onData(Exchange same, Buffer content) {
            if (!client.write(content.detach())) {
                same.pause();
            }
        }

        @Override
        public void onWritable(HttpExchange same) {
            server.resume();
        }

        @Override
        public void onComplete(Exchange same, HttpHeaders trailers) {
            client.end();
        }

        // What goes wrong.

        @Override
        public void onAborted(HttpExchange same) {
            server.cancel();
        }

        @Override
        public void onFailed(Exchange same, HttpClientException failure) {
            if (client.isStarted()) {
                client.abort(); // half an answer must not look like a whole one
            } else {
                client.send(
                        switch (failure.kind()) {
                            case ACQUIRE_TIMEOUT, HEAD_TIMEOUT, TOTAL_TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
                            case TOO_MANY_EXCHANGES -> HttpStatus.SERVICE_UNAVAILABLE;
                            default -> HttpStatus.BAD_GATEWAY;
                        });
            }
        }
    }
}
