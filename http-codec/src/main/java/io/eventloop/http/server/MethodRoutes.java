package io.eventloop.http.server;

import io.eventloop.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/** The routes of one pattern by their methods: a handful, so they are compared one by one, in the order they were added. */
final class MethodRoutes {
    private final List<HttpMethod> methods = new ArrayList<>();
    private final List<RouteNode.Route> routes = new ArrayList<>();

    boolean isEmpty() {
        return methods.isEmpty();
    }

    /** False if there is one for the method. */
    boolean add(HttpMethod method, RouteNode.Route route) {
        if (methods.contains(method)) {
            return false;
        }
        methods.add(method);
        routes.add(route);
        return true;
    }

    void addAll(MethodRoutes others) {
        methods.addAll(others.methods);
        routes.addAll(others.routes);
    }

    /** The route of a method, or null; GET stands in for HEAD (RFC 9110 §9.3.2). */
    RouteNode.Route pick(HttpMethod method) {
        RouteNode.Route route = of(method);
        if (route == null && method == HttpMethod.HEAD) {
            route = of(HttpMethod.GET);
        }
        return route == null ? of(Router.ANY) : route;
    }

    /** The same; without one it notes the methods there are. */
    RouteNode.Route find(HttpMethod method, AllowedMethods allowed) {
        RouteNode.Route route = pick(method);
        if (route == null) {
            allowed.add(methods);
        }
        return route;
    }

    private RouteNode.Route of(HttpMethod method) {
        for (int i = 0; i < methods.size(); i++) {
            if (methods.get(i).equals(method)) {
                return routes.get(i);
            }
        }
        return null;
    }
}
