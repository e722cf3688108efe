package io.eventloop.http.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An {@code http} or {@code https} URI, taken apart.
 *
 * @param target path and query, beginning with a slash, or {@link #ASTERISK}; without the fragment, which is not sent
 */
record RequestUri(Origin origin, String target) {
    /** The target of a request about all of a server (RFC 9110 §9.3.7), whose URI has no path. */
    static final String ASTERISK = "*";

    /** An absolute URI. */
    static RequestUri parse(String text) {
        return of(syntax(text));
    }

    boolean isAsterisk() {
        return target.equals(ASTERISK);
    }

    /** The URI that a reference means which came with this one (RFC 3986 §5.2). {@code URI.resolve} is that of RFC 2396. */
    RequestUri resolve(String reference) {
        URI to = syntax(reference);
        if (to.getScheme() != null || to.getRawAuthority() != null) {
            RequestUri whole = of(to.getScheme() == null ? syntax(origin.scheme() + ":" + reference) : to);
            return new RequestUri(whole.origin, withoutDots(whole.path()) + whole.target.substring(whole.pathEnd()));
        }
        String path = to.getRawPath();
        String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
        if (path.isEmpty()) {
            return query.isEmpty() ? this : new RequestUri(origin, path() + query);
        }
        String merged = path.startsWith("/") ? path : path().substring(0, path().lastIndexOf('/') + 1) + path;
        return new RequestUri(origin, withoutDots(merged) + query);
    }

    private String path() {
        return target.substring(0, pathEnd());
    }

    private int pathEnd() {
        int query = target.indexOf('?');
        return query < 0 ? target.length() : query;
    }

    /** RFC 3986 §5.2.4 */
    private static String withoutDots(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean isUp = segments[i].equals("..");
            if (isUp && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (!isUp && !segments[i].equals(".")) {
                kept.add(segments[i]);
            } else if (i == segments.length - 1) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static URI syntax(String text) {
        try {
            return new URI(new URI(text).toASCIIString());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URI: " + e.getReason() + " at index " + e.getIndex());
        }
    }

    private static RequestUri of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean isSecure = scheme.equals("https");
        if (!isSecure && !scheme.equals("http") || uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("not an absolute http or https URI");
        }
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        String target = (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
        return new RequestUri(Origin.of(isSecure, uri.getRawAuthority()), target);
    }

    @Override
    public String toString() {
        return isAsterisk() ? origin.toString() : origin + target;
    }
}
