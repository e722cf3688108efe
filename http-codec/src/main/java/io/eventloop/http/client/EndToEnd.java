package io.eventloop.http.client;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpHeaders;
import java.util.Set;

/**
 * What a proxy passes on of the fields that it received (RFC 9110 §7.6.1): all but those that belong to one connection,
 * those that the Connection field names, and those that frame or route a message, which each encoder writes itself.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> the copy is independent of the message. <b>Failure:</b>
 * {@link IllegalArgumentException} for a name that {@link HeaderName#of} does not take, as it is too long.
 */
public final class EndToEnd {
    private static final Set<HeaderName> DROPPED = Set.of(
            HeaderName.CONNECTION,
            HeaderName.KEEP_ALIVE,
            HeaderName.PROXY_CONNECTION,
            HeaderName.TE,
            HeaderName.TRAILER,
            HeaderName.TRANSFER_ENCODING,
            HeaderName.UPGRADE,
            HeaderName.CONTENT_LENGTH,
            HeaderName.HOST,
            HeaderName.EXPECT,
            HeaderName.PROXY_AUTHENTICATE,
            HeaderName.PROXY_AUTHORIZATION);

    private EndToEnd() {}

    /** A copy of the fields to be passed on. */
    public static HttpFields fields(HttpHeaders received) {
        HttpFields passed = new HttpFields();
        for (int i = 0; i < received.count(); i++) {
            int id = received.nameId(i);
            HeaderName name = id >= 0 ? HeaderName.known(id) : HeaderName.of(received.name(i));
            if (!DROPPED.contains(name) && !received.hasToken(HeaderName.CONNECTION, name.lowerCase())) {
                passed.add(name, received.value(i));
            }
        }
        return passed;
    }
}
