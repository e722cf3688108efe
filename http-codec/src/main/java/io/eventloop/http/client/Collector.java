package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.Delivery;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.client.HttpClientException.Kind;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Collects a response of limited size for a future. */
final class Collector implements ResponseListener {
    private static final int FIRST_BYTES = 1024;

    private final CompletableFuture<WholeResponse> future;
    private final int maxBytes;
    private HttpStatus status = HttpStatus.OK;
    private HttpFields fields = new HttpFields();
    private byte[] content = {};
    private int count;

    Collector(CompletableFuture<WholeResponse> future, int maxBytes) {
        this.future = future;
        this.maxBytes = maxBytes;
    }

    @Override
    public void onHead(Exchange exchange, HttpResponse response) {
        status = response.status();
        fields = response.headers().copy();
        if (response.bodyLength() > maxBytes) {
            tooLarge(exchange);
        } else if (response.bodyLength() > 0) {
            content = new byte[(int) response.bodyLength()];
        }
    }

    @Override
    public void onData(Exchange exchange, Buffer in) {
        int more = in.readableBytes();
        if (more > maxBytes - count) {
            in.skip(more);
            tooLarge(exchange);
            return;
        }
        if (count + more > content.length) {
            long doubled = Math.max(FIRST_BYTES, 2L * content.length);
            content = Arrays.copyOf(content, (int) Math.min(maxBytes, Math.max(count + more, doubled)));
        }
        in.readBytes(content, count, more);
        count += more;
    }

    private void tooLarge(Exchange exchange) {
        exchange.cancel();
        future.completeExceptionally(new HttpClientException(
                Kind.RESPONSE_TOO_LARGE,
                Delivery.RESPONSE_STARTED,
                "more than " + maxBytes + " bytes to be collected"));
    }

    @Override
    public void onComplete(Exchange exchange, HttpHeaders trailers) {
        byte[] whole = count == content.length ? content : Arrays.copyOf(content, count);
        future.complete(new WholeResponse(exchange.request(), status, fields, whole, trailers.copy()));
    }

    @Override
    public void onFailed(Exchange exchange, HttpClientException failure) {
        future.completeExceptionally(failure);
    }

    @Override
    public void onTunnel(Exchange exchange, HttpResponse response, Tunnel tunnel) {
        tunnel.end();
        future.completeExceptionally(new HttpClientException(
                Kind.LISTENER_FAILED, Delivery.RESPONSE_STARTED, "a tunnel cannot be collected"));
    }

    @Override
    public String toString() {
        return "a collector of up to " + maxBytes + " bytes";
    }
}
