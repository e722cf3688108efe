package io.eventloop.http.server;

import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the parameters of a route are in the path of a request: offsets, so that matching makes nothing. It remembers the
 * route that was found last, for the head that comes again.
 */
final class PathParameters {
    static final String[] NO_NAMES = {};

    final HttpText view = new HttpText();
    final AllowedMethods allowed = new AllowedMethods();

    private String[] names = NO_NAMES;
    private int[] cells = new int[8];
    private int count;

    /** What was found last, by whom, and for what; the offsets are those of this route. */
    private RouteNode.Route route;

    private Router router;
    private HttpRequest head;
    private long revision;

    /** Before a router has looked there are no parameters. */
    void begin() {
        names(NO_NAMES);
    }

    /** The route that this router found last, if that was for the same head; else null. */
    RouteNode.Route again(Router by, HttpRequest request) {
        RouteNode.Route last = route;
        if (last == null || router != by || head != request || revision != request.revision()) {
            return null;
        }
        names(last.names());
        return last;
    }

    /** Before a router looks. */
    void clear() {
        names(NO_NAMES);
        count = 0;
        allowed.clear();
        route = null;
    }

    void found(Router by, HttpRequest request, RouteNode.Route found) {
        names(found.names());
        route = found;
        revision = request.revision();
        if (router != by || head != request) {
            router = by;
            head = request;
        }
    }

    private void names(String[] ofRoute) {
        if (names != ofRoute) {
            names = ofRoute;
        }
    }

    void push(int from, int length) {
        if (count * 2 == cells.length) {
            cells = Arrays.copyOf(cells, cells.length * 2);
        }
        cells[count * 2] = from;
        cells[count * 2 + 1] = length;
        count++;
    }

    void pop() {
        count--;
    }

    String value(HttpRequest request, String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                HttpText path = request.path(view);
                return decoded(path, cells[i * 2], cells[i * 2 + 1]);
            }
        }
        throw new IllegalArgumentException("the route has no parameter '" + name + "'");
    }

    Map<String, String> toMap(HttpRequest request) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) {
            values.put(name, value(request, name));
        }
        return values;
    }

    /** RFC 3986 §2.1; the parser has seen that the escapes are complete. */
    private static String decoded(HttpText path, int from, int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
        for (int i = from; i < from + length; i++) {
            char c = path.charAt(i);
            if (c == '%') {
                bytes.write(Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
