package io.eventloop.http;

import io.eventloop.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The name of a header field, compared without regard to case. The usual ones are constants that the parser recognises
 * without making anything; {@link #of} makes others, which are meant to be kept in a constant too.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a name that is no token throws {@link IllegalArgumentException}.
 */
public final class HeaderName {
    /** The number a name has that is not among the constants. */
    static final int UNKNOWN = -1;

    /** {@code Host}. */
    public static final HeaderName HOST = known(0, "Host");
    /** {@code Connection}. */
    public static final HeaderName CONNECTION = known(1, "Connection");
    /** {@code Content-Length}. */
    public static final HeaderName CONTENT_LENGTH = known(2, "Content-Length");
    /** {@code Transfer-Encoding}. */
    public static final HeaderName TRANSFER_ENCODING = known(3, "Transfer-Encoding");
    /** {@code Expect}. */
    public static final HeaderName EXPECT = known(4, "Expect");
    /** {@code Upgrade}. */
    public static final HeaderName UPGRADE = known(5, "Upgrade");
    /** {@code Accept}. */
    public static final HeaderName ACCEPT = known(6, "Accept");
    /** {@code Accept-Encoding}. */
    public static final HeaderName ACCEPT_ENCODING = known(7, "Accept-Encoding");
    /** {@code Accept-Language}. */
    public static final HeaderName ACCEPT_LANGUAGE = known(8, "Accept-Language");
    /** {@code Accept-Ranges}. */
    public static final HeaderName ACCEPT_RANGES = known(9, "Accept-Ranges");
    /** {@code Access-Control-Allow-Credentials}. */
    public static final HeaderName ACCESS_CONTROL_ALLOW_CREDENTIALS = known(10, "Access-Control-Allow-Credentials");
    /** {@code Access-Control-Allow-Headers}. */
    public static final HeaderName ACCESS_CONTROL_ALLOW_HEADERS = known(11, "Access-Control-Allow-Headers");
    /** {@code Access-Control-Allow-Methods}. */
    public static final HeaderName ACCESS_CONTROL_ALLOW_METHODS = known(12, "Access-Control-Allow-Methods");
    /** {@code Access-Control-Allow-Origin}. */
    public static final HeaderName ACCESS_CONTROL_ALLOW_ORIGIN = known(13, "Access-Control-Allow-Origin");
    /** {@code Access-Control-Request-Headers}. */
    public static final HeaderName ACCESS_CONTROL_REQUEST_HEADERS = known(14, "Access-Control-Request-Headers");
    /** {@code Access-Control-Request-Method}. */
    public static final HeaderName ACCESS_CONTROL_REQUEST_METHOD = known(15, "Access-Control-Request-Method");
    /** {@code Age}. */
    public static final HeaderName AGE = known(16, "Age");
    /** {@code Allow}. */
    public static final HeaderName ALLOW = known(17, "Allow");
    /** {@code Alt-Svc}. */
    public static final HeaderName ALT_SVC = known(18, "Alt-Svc");
    /** {@code Authorization}. */
    public static final HeaderName AUTHORIZATION = known(19, "Authorization");
    /** {@code Cache-Control}. */
    public static final HeaderName CACHE_CONTROL = known(20, "Cache-Control");
    /** {@code Content-Disposition}. */
    public static final HeaderName CONTENT_DISPOSITION = known(21, "Content-Disposition");
    /** {@code Content-Encoding}. */
    public static final HeaderName CONTENT_ENCODING = known(22, "Content-Encoding");
    /** {@code Content-Language}. */
    public static final HeaderName CONTENT_LANGUAGE = known(23, "Content-Language");
    /** {@code Content-Location}. */
    public static final HeaderName CONTENT_LOCATION = known(24, "Content-Location");
    /** {@code Content-Range}. */
    public static final HeaderName CONTENT_RANGE = known(25, "Content-Range");
    /** {@code Content-Security-Policy}. */
    public static final HeaderName CONTENT_SECURITY_POLICY = known(26, "Content-Security-Policy");
    /** {@code Content-Type}. */
    public static final HeaderName CONTENT_TYPE = known(27, "Content-Type");
    /** {@code Cookie}. */
    public static final HeaderName COOKIE = known(28, "Cookie");
    /** {@code Date}. */
    public static final HeaderName DATE = known(29, "Date");
    /** {@code ETag}. */
    public static final HeaderName ETAG = known(30, "ETag");
    /** {@code Expires}. */
    public static final HeaderName EXPIRES = known(31, "Expires");
    /** {@code Forwarded}. */
    public static final HeaderName FORWARDED = known(32, "Forwarded");
    /** {@code From}. */
    public static final HeaderName FROM = known(33, "From");
    /** {@code If-Match}. */
    public static final HeaderName IF_MATCH = known(34, "If-Match");
    /** {@code If-Modified-Since}. */
    public static final HeaderName IF_MODIFIED_SINCE = known(35, "If-Modified-Since");
    /** {@code If-None-Match}. */
    public static final HeaderName IF_NONE_MATCH = known(36, "If-None-Match");
    /** {@code If-Range}. */
    public static final HeaderName IF_RANGE = known(37, "If-Range");
    /** {@code If-Unmodified-Since}. */
    public static final HeaderName IF_UNMODIFIED_SINCE = known(38, "If-Unmodified-Since");
    /** {@code Keep-Alive}. */
    public static final HeaderName KEEP_ALIVE = known(39, "Keep-Alive");
    /** {@code Last-Modified}. */
    public static final HeaderName LAST_MODIFIED = known(40, "Last-Modified");
    /** {@code Location}. */
    public static final HeaderName LOCATION = known(41, "Location");
    /** {@code Origin}. */
    public static final HeaderName ORIGIN = known(42, "Origin");
    /** {@code Proxy-Authenticate}. */
    public static final HeaderName PROXY_AUTHENTICATE = known(43, "Proxy-Authenticate");
    /** {@code Proxy-Authorization}. */
    public static final HeaderName PROXY_AUTHORIZATION = known(44, "Proxy-Authorization");
    /** {@code Proxy-Connection}. */
    public static final HeaderName PROXY_CONNECTION = known(45, "Proxy-Connection");
    /** {@code Range}. */
    public static final HeaderName RANGE = known(46, "Range");
    /** {@code Referer}. */
    public static final HeaderName REFERER = known(47, "Referer");
    /** {@code Retry-After}. */
    public static final HeaderName RETRY_AFTER = known(48, "Retry-After");
    /** {@code Sec-WebSocket-Accept}. */
    public static final HeaderName SEC_WEBSOCKET_ACCEPT = known(49, "Sec-WebSocket-Accept");
    /** {@code Sec-WebSocket-Extensions}. */
    public static final HeaderName SEC_WEBSOCKET_EXTENSIONS = known(50, "Sec-WebSocket-Extensions");
    /** {@code Sec-WebSocket-Key}. */
    public static final HeaderName SEC_WEBSOCKET_KEY = known(51, "Sec-WebSocket-Key");
    /** {@code Sec-WebSocket-Protocol}. */
    public static final HeaderName SEC_WEBSOCKET_PROTOCOL = known(52, "Sec-WebSocket-Protocol");
    /** {@code Sec-WebSocket-Version}. */
    public static final HeaderName SEC_WEBSOCKET_VERSION = known(53, "Sec-WebSocket-Version");
    /** {@code Server}. */
    public static final HeaderName SERVER = known(54, "Server");
    /** {@code Set-Cookie}. */
    public static final HeaderName SET_COOKIE = known(55, "Set-Cookie");
    /** {@code TE}. */
    public static final HeaderName TE = known(56, "TE");
    /** {@code Trailer}. */
    public static final HeaderName TRAILER = known(57, "Trailer");
    /** {@code User-Agent}. */
    public static final HeaderName USER_AGENT = known(58, "User-Agent");
    /** {@code Vary}. */
    public static final HeaderName VARY = known(59, "Vary");
    /** {@code Via}. */
    public static final HeaderName VIA = known(60, "Via");
    /** {@code WWW-Authenticate}. */
    public static final HeaderName WWW_AUTHENTICATE = known(61, "WWW-Authenticate");
    /** {@code X-Forwarded-For}. */
    public static final HeaderName X_FORWARDED_FOR = known(62, "X-Forwarded-For");

    /** Characters of a name at most, far above any in use; parsers refuse more with {@link HttpViolation#FIELDS_TOO_LARGE}. */
    public static final int MAX_LENGTH = 1024;

    private final String text;
    private final String lowerCase;
    private final byte[] prefix;
    private final int id;

    private HeaderName(String text, int id) {
        this.text = text;
        this.id = id;
        lowerCase = text.toLowerCase(Locale.ROOT);
        prefix = (text + ": ").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static HeaderName known(int id, String text) {
        HeaderName name = new HeaderName(text, id);
        KnownNames.enter(name);
        return name;
    }

    /** The name that is spelled like this; one of the constants if it equals one of them. */
    public static HeaderName of(String text) {
        if (!HttpSyntax.isToken(text) || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a field name has to be a token of up to " + MAX_LENGTH + " characters");
        }
        HeaderName known = KnownNames.find(text.toLowerCase(Locale.ROOT));
        return known == null ? new HeaderName(text, UNKNOWN) : known;
    }

    /** A small number for each constant, −1 for others: for tables of the parsers. */
    public int id() {
        return id;
    }

    /**
     * The number of the constant that is spelled like these bytes, in any case.
     *
     * @param length of the name, at least 1
     * @return {@link #id()}, or −1 if it is none of them
     */
    public static int idOf(Buffer bytes, int from, int length) {
        return KnownNames.idOf(bytes, from, length);
    }

    /** The constant of a number. */
    public static HeaderName known(int id) {
        return KnownNames.byId(id);
    }

    /** In lower case, as HTTP/2 writes it. */
    public String lowerCase() {
        return lowerCase;
    }

    /** Copies the name, a colon and a space, as HTTP/1.1 writes it. The target has room for the length plus two. */
    public int copyPrefix(byte[] target, int offset) {
        System.arraycopy(prefix, 0, target, offset, prefix.length);
        return offset + prefix.length;
    }

    /** Its characters. */
    public int length() {
        return text.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderName name && name.lowerCase.equals(lowerCase);
    }

    @Override
    public int hashCode() {
        return lowerCase.hashCode();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return text;
    }
}
