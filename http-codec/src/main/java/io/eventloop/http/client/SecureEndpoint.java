package io.eventloop.http.client;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/**
 * Where an {@code https} request goes: an address, and the name that the peer there has to prove. It is what the connector
 * of {@link HttpClient.Builder#secure} is asked for, so that no connection that was verified for one name is used for
 * another at the same address.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public final class SecureEndpoint extends SocketAddress {
    private static final long serialVersionUID = 1L;

    private final InetSocketAddress address;
    private final String host;

    /** An endpoint. */
    public SecureEndpoint(InetSocketAddress address, String host) {
        this.address = Objects.requireNonNull(address);
        this.host = Objects.requireNonNull(host);
    }

    /** Where to connect to. */
    public InetSocketAddress address() {
        return address;
    }

    /** The host as the URI has it: a name, or an address, that of IPv6 in brackets. */
    public String host() {
        return host;
    }

    /** The name or address to be verified, as TLS has it: without brackets, and without the dot that may end a name. */
    public String serverName() {
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        // RFC 6066 §3
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecureEndpoint that && that.address.equals(address) && that.host.equals(host);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + host.hashCode();
    }

    @Override
    public String toString() {
        return host + " at " + address;
    }
}
