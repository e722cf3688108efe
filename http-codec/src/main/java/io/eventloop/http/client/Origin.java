package io.eventloop.http.client;

import java.util.Locale;

/**
 * Where a resource comes from: scheme, host and port (RFC 9110 §4.3.1). It decides whom a request goes to, and whether a
 * redirect takes it to somebody else.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for a host that is empty or a port outside 1..65,535; whether the
 * host can be sent is seen when a request is built.
 *
 * @param isSecure whether it is {@code https}
 * @param host a name or an address, that of IPv6 in brackets; in lower case
 * @param port the port, the scheme's own included
 */
public record Origin(boolean isSecure, String host, int port) {
    private static final int MAX_PORT = 65_535;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Checks the ranges. */
    public Origin {
        if (host.isEmpty() || port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("host is \"" + host + "\" and port " + port
                    + "; the one must not be empty, the other within 1.." + MAX_PORT);
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * The origin of a scheme and an authority.
     *
     * @param authority host and perhaps port; user information is refused
     */
    public static Origin of(boolean isSecure, String authority) {
        if (authority.indexOf('@') >= 0) {
            // RFC 9110 §4.2.4
            throw new IllegalArgumentException("user information in a URI");
        }
        int colon = authority.lastIndexOf(':');
        boolean endsWithColon = authority.endsWith(":");
        if (colon < 0 || authority.indexOf(']') > colon || endsWithColon) {
            String host = endsWithColon ? authority.substring(0, colon) : authority;
            return new Origin(isSecure, host, isSecure ? HTTPS_PORT : HTTP_PORT);
        }
        return new Origin(isSecure, authority.substring(0, colon), port(authority.substring(colon + 1)));
    }

    private static int port(String digits) {
        boolean isNumber = digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(digits) : -1;
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return isSecure ? "https" : "http";
    }

    /** Host and port, without the port if it is the scheme's. */
    public String authority() {
        return port == (isSecure ? HTTPS_PORT : HTTP_PORT) ? host : host + ":" + port;
    }

    /** As a URI begins. */
    @Override
    public String toString() {
        return scheme() + "://" + authority();
    }
}
