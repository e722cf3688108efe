package io.eventloop.http.server;

import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import java.net.SocketAddress;
import java.util.Map;

/**
 * A request as a value: copies of its parts, for use on other threads.
 *
 * <p><b>Threading:</b> used by one thread at a time. <b>Ownership:</b> plain memory; the arrays are not copied again.
 *
 * <p><b>Failure:</b> none.
 *
 * @param method the method
 * @param path the path as it was sent
 * @param query what follows the question mark
 * @param parameters the path parameters, decoded
 * @param fields the header fields
 * @param body the body, whole
 * @param remoteAddress the peer
 */
public record BlockingRequest(
        HttpMethod method,
        String path,
        String query,
        Map<String, String> parameters,
        HttpFields fields,
        byte[] body,
        SocketAddress remoteAddress) {
    private static final byte[] NO_BODY = {};

    static BlockingRequest of(HttpExchange exchange) {
        HttpRequest request = exchange.request();
        return new BlockingRequest(
                request.method(),
                request.path(),
                request.query(),
                exchange.parameters.toMap(request),
                request.headers().copy(),
                NO_BODY,
                exchange.remoteAddress());
    }

    BlockingRequest withBody(byte[] bytes) {
        return new BlockingRequest(method, path, query, parameters, fields, bytes, remoteAddress);
    }
}
