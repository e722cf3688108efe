package io.eventloop.tls;

/**
 * Makes the engines of one identity and policy, or of one client.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> owns the sessions of its engines. <b>Failure:</b> none.
 */
public interface TlsEngineSource {

    /**
     * An engine for an accepted connection. It answers this name only, and resumes sessions of this name only.
     *
     * @param serverName that the client asked for, empty if it asked for none
     */
    TlsEngine server(String serverName);

    /**
     * An engine for a connection of ours.
     *
     * @param host that the peer has to be, a name or an address
     * @param port for the memory of sessions: another port is another peer
     */
    TlsEngine client(String host, int port);
}
