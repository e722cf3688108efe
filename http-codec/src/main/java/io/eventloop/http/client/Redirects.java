package io.eventloop.http.client;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import java.util.List;
import java.util.Locale;

/**
 * Which request follows from a redirect (RFC 9110 §15.4).
 *
 * <ul>
 *   <li>303: GET, or HEAD if it was that. 301 and 302: GET after POST, as everybody does, otherwise the same method. 307 and
 *       308: the same method.
 *   <li>The same method takes the same content, so it has to be replayable; otherwise the redirect is not followed.
 *   <li>Credentials do not go to another origin, and nothing goes from https to http.
 * </ul>
 */
final class Redirects {
    private static final List<HeaderName> CREDENTIALS =
            List.of(HeaderName.AUTHORIZATION, HeaderName.COOKIE, HeaderName.PROXY_AUTHORIZATION);
    private static final List<HeaderName> ABOUT_CONTENT = List.of(
            HeaderName.CONTENT_TYPE,
            HeaderName.CONTENT_ENCODING,
            HeaderName.CONTENT_LANGUAGE,
            HeaderName.CONTENT_LOCATION,
            HeaderName.of("Digest"),
            HeaderName.of("Content-Digest"));

    private Redirects() {}

    /**
     * The request that follows.
     *
     * @return null if the response is to be handed on as it is
     * @throws IllegalArgumentException for a place that must not be gone to, saying why
     */
    static ClientRequest next(ClientRequest request, HttpResponse response) {
        HttpMethod method = method(request.method(), response.status());
        if (method == null
                || request.isConnect()
                || request.asksForUpgrade()
                || request.uri().isAsterisk()) {
            return null;
        }
        int location = response.headers().indexOf(HeaderName.LOCATION);
        boolean keepsContent = method == request.method();
        if (location < 0 || keepsContent && !request.body().isReplayable()) {
            return null;
        }
        if (response.headers().isRepeated(HeaderName.LOCATION)) {
            throw new IllegalArgumentException("several Location fields");
        }
        RequestUri to = request.uri().resolve(escaped(response.headers().value(location)));
        if (request.origin().isSecure() && !to.origin().isSecure()) {
            throw new IllegalArgumentException("from https to http");
        }
        return build(request, method, to);
    }

    /** A value is bytes, each a character here, of UTF-8 in most cases: those that are not ASCII are escaped as they are. */
    private static String escaped(String location) {
        StringBuilder escaped = new StringBuilder(location.length());
        for (int i = 0; i < location.length(); i++) {
            char c = location.charAt(i);
            if (c < 0x80) {
                escaped.append(c);
            } else {
                escaped.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
            }
        }
        return escaped.toString();
    }

    /** Null if this is no redirect to be followed. */
    private static HttpMethod method(HttpMethod method, HttpStatus status) {
        if (status == HttpStatus.SEE_OTHER) {
            return method == HttpMethod.HEAD ? method : HttpMethod.GET;
        }
        if (status == HttpStatus.MOVED_PERMANENTLY || status == HttpStatus.FOUND) {
            return method == HttpMethod.POST ? HttpMethod.GET : method;
        }
        boolean keeps = status == HttpStatus.TEMPORARY_REDIRECT || status == HttpStatus.PERMANENT_REDIRECT;
        return keeps ? method : null;
    }

    /** Whether it is for nobody but the origin. What a proxy asks for goes to the same proxy again. */
    private static boolean isOfOrigin(HeaderName name, ClientRequest request) {
        return CREDENTIALS.contains(name) && !(request.isProxied() && name == HeaderName.PROXY_AUTHORIZATION);
    }

    private static ClientRequest build(ClientRequest from, HttpMethod method, RequestUri to) {
        boolean isElsewhere = !to.origin().equals(from.origin());
        boolean keepsContent = method == from.method();
        ClientRequest.Builder next = new ClientRequest.Builder(method, to);
        HttpFields fields = from.fields();
        for (int i = 0; i < fields.count(); i++) {
            HeaderName name = fields.name(i);
            boolean isDropped = isElsewhere && isOfOrigin(name, from) || !keepsContent && ABOUT_CONTENT.contains(name);
            if (!isDropped) {
                next.field(name, fields.value(i));
            }
        }
        if (keepsContent) {
            next.body(from.body());
            if (from.expectsContinue()) {
                next.expectContinue();
            }
        }
        if (!from.isKeptAlive()) {
            next.closing();
        }
        if (from.isProxied()) {
            next.proxy(from.address().orElseThrow());
        } else if (!isElsewhere) {
            from.address().ifPresent(next::address);
        }
        return next.build();
    }
}
