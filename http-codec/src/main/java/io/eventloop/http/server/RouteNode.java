package io.eventloop.http.server;

import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpText;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of the prefix tree of routes: some characters that all paths below it have in common, then other characters, a
 * parameter that takes one segment, or the rest of the path. Literal text goes before a parameter, a parameter before the
 * rest.
 *
 * <p>No node is visited twice for a path, so a lookup is bounded by the size of the tree.
 */
final class RouteNode {
    private final String prefix;
    /** The prefix as {@link HttpText#word} has it. */
    private final long[] words;

    /** The first character of the prefix, NUL of an empty one. */
    private final char first;

    private final List<RouteNode> children = new ArrayList<>();
    private final MethodRoutes routes = new MethodRoutes();
    private final MethodRoutes rest = new MethodRoutes();
    private RouteNode parameter;

    /** A handler and the names of the parameters on the way to it. */
    record Route(HttpHandler handler, String[] names) {}

    RouteNode(String prefix) {
        this.prefix = prefix;
        first = prefix.isEmpty() ? 0 : prefix.charAt(0);
        words = LiteralRoutes.words(prefix);
    }

    private RouteNode(String prefix, RouteNode of) {
        this(prefix);
        children.addAll(of.children);
        routes.addAll(of.routes);
        rest.addAll(of.rest);
        parameter = of.parameter;
    }

    // Building.

    /** The node behind this text, which is there afterwards. */
    RouteNode literal(String text) {
        if (text.isEmpty()) {
            return this;
        }
        for (int i = 0; i < children.size(); i++) {
            RouteNode child = children.get(i);
            int common = common(child.prefix, text);
            if (common > 0) {
                if (common < child.prefix.length()) {
                    RouteNode upper = new RouteNode(child.prefix.substring(0, common));
                    upper.children.add(new RouteNode(child.prefix.substring(common), child));
                    children.set(i, upper);
                    child = upper;
                }
                return child.literal(text.substring(common));
            }
        }
        RouteNode child = new RouteNode(text);
        children.add(child);
        return child;
    }

    private static int common(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    /** The node behind a parameter. */
    RouteNode parameter() {
        if (parameter == null) {
            parameter = new RouteNode("");
        }
        return parameter;
    }

    /** Adds a route that ends here, or takes whatever follows. False if there is one. */
    boolean add(HttpMethod method, Route route, boolean takesRest) {
        return (takesRest ? rest : routes).add(method, route);
    }

    // Finding.

    /** Finds the route and its parameters; null if there is none. Notes the methods of the routes it passed over. */
    Route find(HttpText path, int at, HttpMethod method, PathParameters found, AllowedMethods allowed) {
        if (!startsHere(path, at)) {
            return null;
        }
        int from = at + prefix.length();
        int length = path.length();
        if (from == length && !routes.isEmpty()) {
            Route route = routes.find(method, allowed);
            if (route != null) {
                return route;
            }
        }
        if (from < length) {
            char next = path.charAt(from);
            for (int i = 0; i < children.size(); i++) {
                RouteNode child = children.get(i);
                if (child.first == next) {
                    Route route = child.find(path, from, method, found, allowed);
                    if (route != null) {
                        return route;
                    }
                    break;
                }
            }
            Route route = parameter == null ? null : findBehindParameter(path, from, method, found, allowed);
            if (route != null) {
                return route;
            }
        }
        if (!rest.isEmpty()) {
            Route route = rest.find(method, allowed);
            if (route != null) {
                found.push(from, length - from);
                return route;
            }
        }
        return null;
    }

    private Route findBehindParameter(
            HttpText path, int from, HttpMethod method, PathParameters found, AllowedMethods allowed) {
        int end = from;
        while (end < path.length() && path.charAt(end) != '/') {
            end++;
        }
        if (end == from) {
            return null;
        }
        found.push(from, end - from);
        Route route = parameter.find(path, end, method, found, allowed);
        if (route == null) {
            found.pop();
        }
        return route;
    }

    private boolean startsHere(HttpText path, int at) {
        int length = prefix.length();
        if (path.length() - at < length) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            int rest = length - i * Long.BYTES;
            long mask = rest >= Long.BYTES ? -1L : -1L << Long.SIZE - Byte.SIZE * rest;
            if (((path.word(at + i * Long.BYTES) ^ words[i]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
