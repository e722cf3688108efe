package io.eventloop.samples;

import io.eventloop.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The JDK's own client. */
final class SecureSockets {
    private SecureSockets() {}

    static SSLSocket connect(InetSocketAddress address, TlsIdentity trusted, String host, String protocol)
            throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("trusted", trusted.chain().get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLSocket socket = socket(trust.getTrustManagers());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        return connect(socket, address);
    }

    /** Whoever answers, with application protocols to choose from. */
    static SSLSocket connectToAnybody(InetSocketAddress address, String... applicationProtocols) throws Exception {
        SSLSocket socket = socket(new TrustManager[] {new Trusting()});
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(applicationProtocols);
        socket.setSSLParameters(parameters);
        return connect(socket, address);
    }

    private static SSLSocket socket(TrustManager[] trust) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, null);
        return (SSLSocket) context.getSocketFactory().createSocket();
    }

    private static SSLSocket connect(SSLSocket socket, InetSocketAddress address) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS));
        socket.connect(address);
        return socket;
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
