package io.eventloop.http.server;

import io.eventloop.http.HttpMethod;
import java.util.Arrays;

/** The routes of one pattern by their methods: a handful, so they are compared one by one, in the order they were added. */
final class MethodRoutes {
    private HttpMethod[] methods = {};
    private RouteNode.Route[] routes = {};

    boolean isEmpty() {
        return methods.length == 0;
    }

    /** False if there is one for the method. */
    boolean add(HttpMethod method, RouteNode.Route route) {
        if (of(method) != null) {
            return false;
        }
        int count = methods.length;
        methods = Arrays.copyOf(methods, count + 1);
        methods[count] = method;
        routes = Arrays.copyOf(routes, count + 1);
        routes[count] = route;
        return true;
    }

    void addAll(MethodRoutes others) {
        for (int i = 0; i < others.methods.length; i++) {
            add(others.methods[i], others.routes[i]);
        }
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
            allowed.add(Arrays.asList(methods));
        }
        return route;
    }

    private RouteNode.Route of(HttpMethod method) {
        for (int i = 0; i < methods.length; i++) {
            if (methods[i].equals(method)) {
                return routes[i];
            }
        }
        return null;
    }
}
