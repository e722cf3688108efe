package io.eventloop.http;

/**
 * A status code with its reason phrase. The registered ones that servers send are constants; {@link #of} has one object
 * for each code, so they are compared with {@code ==} and none is made while messages are parsed.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a code outside 100..999 throws {@link IllegalArgumentException}.
 */
public final class HttpStatus {
    private static final HttpStatus[] BY_CODE = new HttpStatus[900];

    /** 100. */
    public static final HttpStatus CONTINUE = define(100, "Continue");
    /** 101. */
    public static final HttpStatus SWITCHING_PROTOCOLS = define(101, "Switching Protocols");
    /** 103. */
    public static final HttpStatus EARLY_HINTS = define(103, "Early Hints");
    /** 200. */
    public static final HttpStatus OK = define(200, "OK");
    /** 201. */
    public static final HttpStatus CREATED = define(201, "Created");
    /** 202. */
    public static final HttpStatus ACCEPTED = define(202, "Accepted");
    /** 204. */
    public static final HttpStatus NO_CONTENT = define(204, "No Content");
    /** 205. */
    public static final HttpStatus RESET_CONTENT = define(205, "Reset Content");
    /** 206. */
    public static final HttpStatus PARTIAL_CONTENT = define(206, "Partial Content");
    /** 301. */
    public static final HttpStatus MOVED_PERMANENTLY = define(301, "Moved Permanently");
    /** 302. */
    public static final HttpStatus FOUND = define(302, "Found");
    /** 303. */
    public static final HttpStatus SEE_OTHER = define(303, "See Other");
    /** 304. */
    public static final HttpStatus NOT_MODIFIED = define(304, "Not Modified");
    /** 307. */
    public static final HttpStatus TEMPORARY_REDIRECT = define(307, "Temporary Redirect");
    /** 308. */
    public static final HttpStatus PERMANENT_REDIRECT = define(308, "Permanent Redirect");
    /** 400. */
    public static final HttpStatus BAD_REQUEST = define(400, "Bad Request");
    /** 401. */
    public static final HttpStatus UNAUTHORIZED = define(401, "Unauthorized");
    /** 403. */
    public static final HttpStatus FORBIDDEN = define(403, "Forbidden");
    /** 404. */
    public static final HttpStatus NOT_FOUND = define(404, "Not Found");
    /** 405. */
    public static final HttpStatus METHOD_NOT_ALLOWED = define(405, "Method Not Allowed");
    /** 406. */
    public static final HttpStatus NOT_ACCEPTABLE = define(406, "Not Acceptable");
    /** 407. */
    public static final HttpStatus PROXY_AUTHENTICATION_REQUIRED = define(407, "Proxy Authentication Required");
    /** 408. */
    public static final HttpStatus REQUEST_TIMEOUT = define(408, "Request Timeout");
    /** 409. */
    public static final HttpStatus CONFLICT = define(409, "Conflict");
    /** 410. */
    public static final HttpStatus GONE = define(410, "Gone");
    /** 411. */
    public static final HttpStatus LENGTH_REQUIRED = define(411, "Length Required");
    /** 412. */
    public static final HttpStatus PRECONDITION_FAILED = define(412, "Precondition Failed");
    /** 413. */
    public static final HttpStatus CONTENT_TOO_LARGE = define(413, "Content Too Large");
    /** 414. */
    public static final HttpStatus URI_TOO_LONG = define(414, "URI Too Long");
    /** 415. */
    public static final HttpStatus UNSUPPORTED_MEDIA_TYPE = define(415, "Unsupported Media Type");
    /** 416. */
    public static final HttpStatus RANGE_NOT_SATISFIABLE = define(416, "Range Not Satisfiable");
    /** 417. */
    public static final HttpStatus EXPECTATION_FAILED = define(417, "Expectation Failed");
    /** 421. */
    public static final HttpStatus MISDIRECTED_REQUEST = define(421, "Misdirected Request");
    /** 422. */
    public static final HttpStatus UNPROCESSABLE_CONTENT = define(422, "Unprocessable Content");
    /** 425. */
    public static final HttpStatus TOO_EARLY = define(425, "Too Early");
    /** 426. */
    public static final HttpStatus UPGRADE_REQUIRED = define(426, "Upgrade Required");
    /** 428. */
    public static final HttpStatus PRECONDITION_REQUIRED = define(428, "Precondition Required");
    /** 429. */
    public static final HttpStatus TOO_MANY_REQUESTS = define(429, "Too Many Requests");
    /** 431. */
    public static final HttpStatus REQUEST_HEADER_FIELDS_TOO_LARGE = define(431, "Request Header Fields Too Large");
    /** 500. */
    public static final HttpStatus INTERNAL_SERVER_ERROR = define(500, "Internal Server Error");
    /** 501. */
    public static final HttpStatus NOT_IMPLEMENTED = define(501, "Not Implemented");
    /** 502. */
    public static final HttpStatus BAD_GATEWAY = define(502, "Bad Gateway");
    /** 503. */
    public static final HttpStatus SERVICE_UNAVAILABLE = define(503, "Service Unavailable");
    /** 504. */
    public static final HttpStatus GATEWAY_TIMEOUT = define(504, "Gateway Timeout");
    /** 505. */
    public static final HttpStatus HTTP_VERSION_NOT_SUPPORTED = define(505, "HTTP Version Not Supported");

    static {
        for (int i = 0; i < BY_CODE.length; i++) {
            if (BY_CODE[i] == null) {
                // RFC 9112 §4: the phrase may be empty.
                BY_CODE[i] = new HttpStatus(100 + i, "");
            }
        }
    }

    private final int code;
    private final String reason;

    private HttpStatus(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    private static HttpStatus define(int code, String reason) {
        return BY_CODE[code - 100] = new HttpStatus(code, reason);
    }

    /**
     * The status of a code.
     *
     * @param code within 100..999; what is above 599 is no class of its own and is treated as 500 by who receives it
     */
    public static HttpStatus of(int code) {
        if (code < 100 || code > 999) {
            throw new IllegalArgumentException("status is " + code + ", must be within 100..999");
        }
        return BY_CODE[code - 100];
    }

    /** Three digits. */
    public int code() {
        return code;
    }

    /** The registered phrase, or nothing. */
    public String reason() {
        return reason;
    }

    /** 1xx: another response follows, except after 101. */
    public boolean isInformational() {
        return code < 200;
    }

    /** 2xx. */
    public boolean isSuccess() {
        return code >= 200 && code < 300;
    }

    /** Whether a response of this status never has content: 1xx, 204, 304 (RFC 9110 §6.4.1). */
    public boolean isWithoutContent() {
        return code < 200 || code == 204 || code == 304;
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? Integer.toString(code) : code + " " + reason;
    }
}
