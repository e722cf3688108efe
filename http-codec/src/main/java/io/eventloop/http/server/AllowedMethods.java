package io.eventloop.http.server;

import io.eventloop.http.HttpMethod;
import java.util.Collection;
import java.util.TreeSet;

/** The methods a path has, gathered when the one that was asked for is not among them. */
final class AllowedMethods {
    private TreeSet<String> names;

    void add(Collection<HttpMethod> methods) {
        if (names == null) {
            names = new TreeSet<>();
        }
        for (HttpMethod method : methods) {
            names.add(method.name());
        }
    }

    void clear() {
        if (names != null) {
            names = null;
        }
    }

    boolean isEmpty() {
        return names == null;
    }

    /** The value of an Allow field, with what is there for free. */
    @Override
    public String toString() {
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}
