package io.eventloop.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Makes the trust managers that check chains of certificates: up to given authorities, or up to those of the JDK.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> {@link IllegalArgumentException}.
 */
final class TrustAnchors {
    private static X509TrustManager ofJdk;

    private TrustAnchors() {}

    /** Those of the JDK, read when they are first asked for, and again if that failed. */
    static synchronized X509TrustManager ofJdk() {
        if (ofJdk == null) {
            ofJdk = manager(null);
        }
        return ofJdk;
    }

    static X509TrustManager of(List<X509Certificate> authorities) {
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("no authorities: nobody could be trusted");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            return manager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authorities cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager manager(KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager known) {
                    return known;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the JDK has no trust to offer: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the JDK has no trust manager for certificates");
    }
}
