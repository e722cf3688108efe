package io.eventloop.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Gives one identity to whoever asks for a key of its kind. It looks at nothing else: the JDK asks for keys also when there
 * is no handshake to look at, as when it restores a session from a ticket.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none; null is the JDK's word for no key.
 */
final class FixedKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "identity";

    private final TlsIdentity identity;
    private final String keyType;

    FixedKey(TlsIdentity identity) {
        this.identity = identity;
        this.keyType = identity.chain().get(0).getPublicKey().getAlgorithm();
    }

    private String alias(String... keyTypes) {
        for (String type : keyTypes) {
            // Such as EC, RSA, EdDSA; EC_EC and EC_RSA name the issuer's kind too.
            if (type.equals(keyType) || type.startsWith(keyType + "_")) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
        return getServerAliases(type, issuers);
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return alias(types);
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
        return alias(types);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
        String alias = alias(type);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return alias(type);
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
        return alias(type);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? identity.chain().toArray(X509Certificate[]::new) : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? identity.key() : null;
    }
}
