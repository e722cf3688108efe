package io.eventloop.http.client;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpSyntax;
import io.eventloop.http.TargetForm;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * A request to be sent, once or often. Host, the framing of the content and the fields of the connection are not among its
 * fields: they are written when it is sent.
 *
 * <p><b>Threading:</b> immutable, if its body is.
 *
 * <p><b>Ownership:</b> copies its fields.
 *
 * <p><b>Failure:</b> the builder throws {@link IllegalArgumentException} for what cannot be sent, and says what it is.
 */
public final class ClientRequest {
    private final HttpMethod method;
    private final RequestUri uri;
    private final HttpFields fields;
    private final RequestBody body;
    private final boolean expectsContinue;
    private final boolean isKeptAlive;
    private final boolean isProxied;
    private final InetSocketAddress address;
    private final SocketAddress endpoint;
    private final String requestTarget;
    private final String authority;

    private ClientRequest(Builder from) {
        method = from.method;
        uri = from.uri;
        fields = copy(from.fields);
        body = from.body;
        expectsContinue = from.expectsContinue && body.length() != 0;
        isKeptAlive = from.isKeptAlive;
        isProxied = from.isProxied;
        address = from.address;
        if (isConnect()) {
            // RFC 9112 §3.2.3
            requestTarget = uri.origin().host() + ":" + uri.origin().port();
            authority = requestTarget;
        } else {
            requestTarget = isProxied ? uri.toString() : uri.target();
            authority = uri.origin().authority();
        }
        endpoint = address != null && uri.origin().isSecure()
                ? new SecureEndpoint(address, uri.origin().host())
                : address;
    }

    private static HttpFields copy(HttpFields fields) {
        HttpFields copy = new HttpFields();
        for (int i = 0; i < fields.count(); i++) {
            copy.add(fields.name(i), fields.value(i));
        }
        return copy;
    }

    /** A GET of this URI. */
    public static ClientRequest get(String uri) {
        return builder(HttpMethod.GET, uri).build();
    }

    /** Builds a request for an absolute {@code http} or {@code https} URI. */
    public static Builder builder(HttpMethod method, String uri) {
        return new Builder(method, RequestUri.parse(uri));
    }

    /**
     * Builds a request for any target, which is not looked into further.
     *
     * @param target path and query as they are sent, or {@code *} with OPTIONS (RFC 9112 §3.2.4)
     */
    public static Builder builder(HttpMethod method, Origin origin, String target) {
        if (!target.startsWith("/") && !(target.equals(RequestUri.ASTERISK) && method == HttpMethod.OPTIONS)) {
            throw new IllegalArgumentException("the target is neither a path nor, with OPTIONS, *");
        }
        return new Builder(method, new RequestUri(origin, target));
    }

    /**
     * Builds the request with which a proxy passes another one on: method and target as they were received, and the fields
     * that {@link EndToEnd} leaves. The content is not taken over, nor a CONNECT, which has no target.
     *
     * @param origin whom it goes to, and its Host; {@code Origin.of(false, received.authority())} keeps that
     */
    public static Builder forwarding(Origin origin, HttpRequest received) {
        Builder passed = builder(received.method(), origin, target(received));
        HttpFields fields = EndToEnd.fields(received.headers());
        for (int i = 0; i < fields.count(); i++) {
            passed.field(fields.name(i), fields.value(i));
        }
        return passed;
    }

    private static String target(HttpRequest received) {
        String target = received.target();
        if (received.targetForm() != TargetForm.ABSOLUTE) {
            return target;
        }
        String rest = target.substring(target.indexOf(received.authority(), target.indexOf("://"))
                + received.authority().length());
        if (rest.startsWith("/")) {
            return rest;
        }
        // RFC 9112 §3.2.4
        return rest.isEmpty() && received.method() == HttpMethod.OPTIONS ? RequestUri.ASTERISK : "/" + rest;
    }

    /** Builds a CONNECT, which asks a proxy for a tunnel to a host and port. */
    public static Builder tunnel(String host, int port, InetSocketAddress proxy) {
        RequestUri uri = new RequestUri(new Origin(false, host, port), "/");
        return new Builder(HttpMethod.CONNECT, uri).address(proxy);
    }

    /** A builder holding what this request has. */
    public Builder toBuilder() {
        Builder b = new Builder(method, uri);
        b.fields = copy(fields);
        b.body = body;
        b.expectsContinue = expectsContinue;
        b.isKeptAlive = isKeptAlive;
        b.isProxied = isProxied;
        b.address = address;
        return b;
    }

    /** The method. */
    public HttpMethod method() {
        return method;
    }

    /** Whom it goes to; for CONNECT, whom the tunnel goes to. */
    public Origin origin() {
        return uri.origin();
    }

    /** Path and query, or {@code *}. */
    public String target() {
        return uri.target();
    }

    /** The first value of this name among its fields. */
    public Optional<String> field(HeaderName name) {
        return fields.first(name);
    }

    /** The content. */
    public RequestBody body() {
        return body;
    }

    /** Whether the peer is asked before the content is sent. */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /** The address it goes to, if it is not looked up. */
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(address);
    }

    /** Method and URI. */
    @Override
    public String toString() {
        return method + " " + (isConnect() ? requestTarget : uri.toString());
    }

    // For the client.

    RequestUri uri() {
        return uri;
    }

    HttpFields fields() {
        return fields;
    }

    boolean isConnect() {
        return method == HttpMethod.CONNECT;
    }

    boolean asksForUpgrade() {
        return fields.first(HeaderName.UPGRADE).isPresent();
    }

    boolean isKeptAlive() {
        return isKeptAlive;
    }

    boolean isProxied() {
        return isProxied;
    }

    /** What the request line says. */
    String requestTarget() {
        return requestTarget;
    }

    String authority() {
        return authority;
    }

    /** What the pool is asked for; null if the origin is to be looked up. */
    SocketAddress endpoint() {
        return endpoint;
    }

    /** Collects the parts; not thread-safe. */
    public static final class Builder {
        private final HttpMethod method;
        private final RequestUri uri;
        private HttpFields fields = new HttpFields();
        private RequestBody body = RequestBody.NONE;
        private boolean expectsContinue;
        private boolean isKeptAlive = true;
        private boolean isProxied;
        private InetSocketAddress address;

        Builder(HttpMethod method, RequestUri uri) {
            this.method = Objects.requireNonNull(method);
            this.uri = uri;
        }

        /** Adds a field. */
        public Builder field(HeaderName name, String value) {
            fields.add(name, value);
            return this;
        }

        /** Asks for another protocol (RFC 9110 §7.8); a 101 then ends in {@link ResponseListener#onTunnel}. */
        public Builder upgrade(String protocol) {
            fields.set(HeaderName.UPGRADE, protocol);
            return this;
        }

        /** The content. */
        public Builder body(RequestBody content) {
            body = Objects.requireNonNull(content);
            return this;
        }

        /** Sends {@code Expect: 100-continue} and waits for the answer before any content; by default not. */
        public Builder expectContinue() {
            expectsContinue = true;
            return this;
        }

        /** Asks the peer to close the connection afterwards; by default it is kept. */
        public Builder closing() {
            isKeptAlive = false;
            return this;
        }

        /** Where to connect to, resolved; by default the origin's host is looked up. */
        public Builder address(InetSocketAddress resolved) {
            if (resolved.isUnresolved()) {
                throw new IllegalArgumentException(resolved + " is not resolved");
            }
            address = resolved;
            return this;
        }

        /** Sends it to a proxy, with the whole URI in the request line (RFC 9112 §3.2.2); for {@code http} only. */
        public Builder proxy(InetSocketAddress proxy) {
            if (uri.origin().isSecure()) {
                throw new IllegalArgumentException("https is not sent through a proxy, but through a tunnel");
            }
            isProxied = true;
            return address(proxy);
        }

        /** A field that is not the caller's to write, and who writes it. */
        private void check(HeaderName name, String how) {
            if (fields.first(name).isPresent()) {
                throw new IllegalArgumentException(name + " is " + how);
            }
        }

        /** The request. */
        public ClientRequest build() {
            check(HeaderName.HOST, "taken from the URI");
            check(HeaderName.CONTENT_LENGTH, "taken from the body");
            check(HeaderName.TRANSFER_ENCODING, "taken from the body");
            check(HeaderName.EXPECT, "set by expectContinue()");
            check(HeaderName.CONNECTION, "written by the encoder");
            check(HeaderName.KEEP_ALIVE, "of one connection, which is the client's");
            check(HeaderName.PROXY_CONNECTION, "of one connection, which is the client's");
            check(HeaderName.TE, "of one connection, which is the client's");
            boolean hasBody = body.length() != 0;
            if (hasBody && (method == HttpMethod.TRACE || method == HttpMethod.CONNECT)) {
                throw new IllegalArgumentException(method + " with content");
            }
            if (fields.first(HeaderName.UPGRADE).isPresent() && (hasBody || method == HttpMethod.CONNECT)) {
                // What was still to be sent would reach the other protocol.
                throw new IllegalArgumentException("an upgrade with content, or with CONNECT");
            }
            if (!HttpSyntax.isTarget(uri.target())) {
                throw new IllegalArgumentException("the path or the query has a character that cannot be sent");
            }
            return new ClientRequest(this);
        }
    }
}
