package io.eventloop.tls;

import io.eventloop.tls.jdk.Answers;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;

/**
 * One {@code SSLContext} for one identity and policy: what is not shared cannot be mixed up.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> owns the context with its sessions and ticket keys.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for what the JDK does not know.
 */
final class JdkEngineSource implements TlsEngineSource {
    private final TlsSettings settings;
    private final SSLContext context;
    private final String[] protocols;
    private final String[] cipherSuites;
    private final String[] applicationProtocols;

    /** Who gives the context its OCSP responses lives as long as the context. */
    private final Optional<Answers.Registration> answers;

    JdkEngineSource(TlsSettings settings, Optional<Answers.Registration> answers) {
        this.settings = settings;
        this.answers = answers;
        KeyManager[] keys = settings.identity()
                .map(identity -> new KeyManager[] {new FixedKey(identity)})
                .orElseGet(() -> new KeyManager[0]);
        VerifiedTrust trust = new VerifiedTrust(settings.trust(), settings.verifiesHostName());
        try {
            context = JdkStapling.newContext();
            context.init(keys, new TrustManager[] {trust}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS with these settings: " + e.getMessage(), e);
        }
        protocols = known(
                "protocol",
                settings.protocols(),
                context.getSupportedSSLParameters().getProtocols());
        cipherSuites = known(
                "cipher suite",
                settings.cipherSuites(),
                context.getSupportedSSLParameters().getCipherSuites());
        applicationProtocols = settings.applicationProtocols().toArray(String[]::new);
    }

    private static String[] known(String what, List<String> wanted, String[] supported) {
        List<String> all = List.of(supported);
        for (String name : wanted) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException("the JDK has no " + what + " " + name);
            }
        }
        return wanted.toArray(String[]::new);
    }

    @Override
    public TlsEngine server(String serverName) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine);
        // Without a matcher the JDK resumes a session of another name, and takes that name for this connection's.
        parameters.setSNIMatchers(List.of(new ExactName(serverName)));
        parameters.setUseCipherSuitesOrder(true);
        if (settings.clientAuthentication() == ClientAuthentication.NEEDED) {
            parameters.setNeedClientAuth(true);
        } else {
            parameters.setWantClientAuth(settings.clientAuthentication() == ClientAuthentication.WANTED);
        }
        engine.setSSLParameters(parameters);
        return new JdkEngine(engine, serverName);
    }

    @Override
    public TlsEngine client(String host, int port) {
        SSLEngine engine = settings.resumes() ? context.createSSLEngine(host, port) : context.createSSLEngine(host, -1);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine);
        boolean isName = !HostNames.isAddress(host);
        if (isName) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        engine.setSSLParameters(parameters);
        return new JdkEngine(engine, isName ? host.toLowerCase(Locale.ROOT) : "").begin();
    }

    private SSLParameters parameters(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols);
        parameters.setCipherSuites(cipherSuites);
        parameters.setApplicationProtocols(applicationProtocols);
        parameters.setAlgorithmConstraints(NoFiniteFieldGroups.INSTANCE);
        return parameters;
    }

    /** Matches the name that the connection was routed by, and no other. */
    private static final class ExactName extends SNIMatcher {
        private final String name;

        ExactName(String name) {
            super(StandardConstants.SNI_HOST_NAME);
            this.name = name;
        }

        @Override
        public boolean matches(SNIServerName asked) {
            return new String(asked.getEncoded(), java.nio.charset.StandardCharsets.US_ASCII).equalsIgnoreCase(name);
        }
    }
}
