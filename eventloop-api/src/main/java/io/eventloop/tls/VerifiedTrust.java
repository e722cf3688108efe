package io.eventloop.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Asks a trust manager, and compares the host's name on top of that: whatever the trust manager is, one that asks too little
 * included. The JDK does so for some kinds of trust managers only.
 *
 * <p><b>Threading:</b> as the trust manager behind it. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link CertificateException} for whoever is not believed.
 */
final class VerifiedTrust extends X509ExtendedTrustManager {
    private final Optional<X509TrustManager> given;
    private final boolean verifiesHostName;

    VerifiedTrust(Optional<X509TrustManager> given, boolean verifiesHostName) {
        this.given = given;
        this.verifiesHostName = verifiesHostName;
    }

    /** That of the JDK is read from a file when it is first needed. */
    private X509TrustManager trust() {
        return given.orElseGet(TrustAnchors::ofJdk);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        X509TrustManager trust = trust();
        if (trust instanceof X509ExtendedTrustManager extended) {
            extended.checkServerTrusted(chain, authType, engine);
        } else {
            trust.checkServerTrusted(chain, authType);
        }
        if (verifiesHostName) {
            HostNames.verify(chain[0], engine.getPeerHost());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        X509TrustManager trust = trust();
        if (trust instanceof X509ExtendedTrustManager extended) {
            extended.checkClientTrusted(chain, authType, engine);
        } else {
            trust.checkClientTrusted(chain, authType);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("there is no connection to compare the certificate with");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("sockets are not used here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        trust().checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust().getAcceptedIssuers();
    }
}
