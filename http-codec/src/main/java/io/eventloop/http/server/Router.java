package io.eventloop.http.server;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpSyntax;
import io.eventloop.http.HttpText;
import io.eventloop.http.TargetForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Chooses a handler by method and path.
 *
 * <p>A pattern begins with a slash. <code>{name}</code> takes one segment, which is not empty; a <code>{name...}</code> or
 * {@code *} at its end takes the rest, which may be empty. Literal text goes before a parameter, a parameter before the
 * rest, whatever the order in which they were added. Paths are compared as they are sent: escapes, double slashes and dot
 * segments are not resolved, so what a pattern does not name, it does not match. {@link HttpExchange#parameter} decodes.
 *
 * <p>A path without a route is answered with 404; one that has other methods with 405 and Allow. HEAD is answered by the
 * handler of GET, and OPTIONS by itself, unless they have routes of their own.
 *
 * <p><b>Threading:</b> immutable, and serves all loops. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a malformed or repeated pattern throws {@link IllegalArgumentException} when it is added.
 */
public final class Router implements HttpHandler {
    /** What {@link Builder#any} stands under: no request has it, for it is longer than any request's method. */
    static final HttpMethod ANY = HttpMethod.of("ANY-".repeat(300));

    private static final HttpReply NOT_FOUND = ErrorReplies.of(HttpStatus.NOT_FOUND);

    private final LiteralRoutes literals;
    private final RouteNode root;
    private final Optional<HttpHandler> connect;

    private Router(Map<String, MethodRoutes> literals, RouteNode root, Optional<HttpHandler> connect) {
        this.literals = new LiteralRoutes(literals);
        this.root = root;
        this.connect = connect;
    }

    /** A builder without routes. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        HttpRequest request = exchange.request();
        RouteNode.Route again = exchange.parameters.again(this, request);
        if (again != null) {
            again.handler().handle(exchange);
        } else {
            route(exchange, request);
        }
    }

    private void route(HttpExchange exchange, HttpRequest request) throws Exception {
        TargetForm form = request.targetForm();
        if (form == TargetForm.AUTHORITY) {
            if (connect.isPresent()) {
                connect.get().handle(exchange);
            } else {
                exchange.send(ErrorReplies.of(HttpStatus.NOT_IMPLEMENTED));
            }
            return;
        }
        if (form == TargetForm.ASTERISK) {
            exchange.send(HttpStatus.NO_CONTENT);
            return;
        }
        PathParameters found = exchange.parameters;
        AllowedMethods allowed = found.allowed;
        found.clear();
        HttpText path = request.path(found.view);
        RouteNode.Route route = literals.find(path, request.method());
        if (route == null) {
            route = root.find(path, 0, request.method(), found, allowed);
        }
        if (route != null) {
            found.found(this, request, route);
            route.handler().handle(exchange);
        } else if (allowed.isEmpty()) {
            exchange.send(NOT_FOUND);
        } else if (request.method() == HttpMethod.OPTIONS) {
            exchange.send(HttpReply.of(HttpStatus.NO_CONTENT).with(HeaderName.ALLOW, allowed.toString()));
        } else {
            exchange.send(ErrorReplies.of(HttpStatus.METHOD_NOT_ALLOWED).with(HeaderName.ALLOW, allowed.toString()));
        }
    }

    /** Collects routes; not thread-safe. */
    public static final class Builder {
        private final RouteNode root = new RouteNode("");
        private final Map<String, MethodRoutes> literals = new LinkedHashMap<>();
        private Optional<HttpHandler> connect = Optional.empty();

        private Builder() {}

        /** GET, and HEAD. */
        public Builder get(String pattern, HttpHandler handler) {
            return route(HttpMethod.GET, pattern, handler);
        }

        /** POST. */
        public Builder post(String pattern, HttpHandler handler) {
            return route(HttpMethod.POST, pattern, handler);
        }

        /** PUT. */
        public Builder put(String pattern, HttpHandler handler) {
            return route(HttpMethod.PUT, pattern, handler);
        }

        /** DELETE. */
        public Builder delete(String pattern, HttpHandler handler) {
            return route(HttpMethod.DELETE, pattern, handler);
        }

        /** Every method that has no route of its own there. */
        public Builder any(String pattern, HttpHandler handler) {
            return route(ANY, pattern, handler);
        }

        /** CONNECT, whose target is no path. Without one it is answered with 501. */
        public Builder connect(HttpHandler handler) {
            connect = Optional.of(handler);
            return this;
        }

        /** A method. */
        public Builder route(HttpMethod method, String pattern, HttpHandler handler) {
            Objects.requireNonNull(handler);
            if (!pattern.startsWith("/")) {
                throw new IllegalArgumentException("the pattern '" + pattern + "' does not begin with a slash");
            }
            List<String> names = new ArrayList<>();
            RouteNode node = root;
            boolean takesRest = false;
            int at = 0;
            while (at < pattern.length() && !takesRest) {
                int special = special(pattern, at);
                node = node.literal(pattern.substring(at, special));
                at = special;
                if (at < pattern.length()) {
                    String name = name(pattern, at);
                    takesRest = name.equals("*") || name.endsWith("...");
                    String plain = name.endsWith("...") ? name.substring(0, name.length() - 3) : name;
                    if (plain.isEmpty() || names.contains(plain)) {
                        throw new IllegalArgumentException(
                                "the pattern '" + pattern + "' has a parameter without a name, or one twice");
                    }
                    names.add(plain);
                    at += name.equals("*") ? 1 : name.length() + 2;
                    node = takesRest ? node : node.parameter();
                }
            }
            check(at == pattern.length(), pattern);
            RouteNode.Route route = new RouteNode.Route(
                    handler, names.isEmpty() ? PathParameters.NO_NAMES : names.toArray(new String[0]));
            if (!node.add(method, route, takesRest)) {
                throw new IllegalArgumentException("there is a route for the pattern '" + pattern + "' already");
            }
            if (names.isEmpty()) {
                literals.computeIfAbsent(pattern, same -> new MethodRoutes()).add(method, route);
            }
            return this;
        }

        private static int special(String pattern, int from) {
            int at = from;
            while (at < pattern.length() && pattern.charAt(at) != '{' && pattern.charAt(at) != '*') {
                char c = pattern.charAt(at);
                check(c != '}', pattern);
                if (!HttpSyntax.isTargetChar(c) || c == '?') {
                    throw new IllegalArgumentException("the pattern '" + pattern + "' has '" + c
                            + "', which no path has: a pattern is written as paths are sent, with escapes");
                }
                at++;
            }
            return at;
        }

        /** What is within the braces, which have a segment of their own; or the star. */
        private static String name(String pattern, int at) {
            check(pattern.charAt(at - 1) == '/', pattern);
            if (pattern.charAt(at) == '*') {
                return "*";
            }
            int end = pattern.indexOf('}', at);
            check(end > 0 && (end + 1 == pattern.length() || pattern.charAt(end + 1) == '/'), pattern);
            return pattern.substring(at + 1, end);
        }

        private static void check(boolean isValid, String pattern) {
            if (!isValid) {
                throw new IllegalArgumentException("the pattern '" + pattern
                        + "' has a brace or a star that is no segment of its own, or something behind the rest");
            }
        }

        /** The router. The builder may not be used afterwards. */
        public Router build() {
            return new Router(literals, root, connect);
        }
    }
}
