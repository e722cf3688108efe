package io.eventloop.http.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * An {@code http} or {@code https} URI, taken apart.
 *
 * @param target path and query, beginning with a slash; without the fragment, which is not sent
 */
record RequestUri(Origin origin, String target) {

    /** An absolute URI. */
    static RequestUri parse(String text) {
        return of(syntax(text));
    }

    /** The URI that a reference means which came with this one (RFC 3986 §5.2). */
    RequestUri resolve(String reference) {
        if (reference.startsWith("?")) {
            int query = target.indexOf('?');
            String path = query < 0 ? target : target.substring(0, query);
            return parse(origin + path + reference);
        }
        URI resolved = syntax(origin + target).resolve(syntax(reference));
        return of(resolved);
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
        return origin + target;
    }
}
