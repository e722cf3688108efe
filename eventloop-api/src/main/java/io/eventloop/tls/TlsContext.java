package io.eventloop.tls;

/**
 * Where TLS begins: what a server or a client needs to speak it.
 *
 * <pre>{@code
 * TlsServer tls = TlsContext.server().hosts(TlsHosts.of(TlsIdentity.pem(chain, key))).build();
 * group.listen(address, tls.acceptor(connection -> new Echo()));
 *
 * TlsClient tls = TlsContext.client().build();
 * tls.connect(loop, address, ConnectOptions.DEFAULT, "www.example.com", handler);
 * }</pre>
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none. <b>Failure:</b> see the builders.
 */
public final class TlsContext {
    private TlsContext() {}

    /** A builder of what a server needs. */
    public static TlsServer.Builder server() {
        return new TlsServer.Builder();
    }

    /** A builder of what a client needs. */
    public static TlsClient.Builder client() {
        return new TlsClient.Builder();
    }
}
