package io.eventloop.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * What a host asks of its clients.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} if clients are asked and no authority is there to believe.
 *
 * @param authentication whether they have to say who they are
 * @param authorities whose certificates are believed
 */
public record ClientPolicy(ClientAuthentication authentication, List<X509Certificate> authorities) {

    /** Clients are not asked. */
    public static final ClientPolicy ANYBODY = new ClientPolicy(ClientAuthentication.NONE, List.of());

    /** Checks that it can be met. */
    public ClientPolicy {
        Objects.requireNonNull(authentication);
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty() != (authentication == ClientAuthentication.NONE)) {
            throw new IllegalArgumentException(
                    "clients are asked (" + authentication + ") with " + authorities.size() + " authorities");
        }
    }
}
