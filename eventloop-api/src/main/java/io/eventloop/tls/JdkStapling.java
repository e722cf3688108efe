package io.eventloop.tls;

import io.eventloop.tls.jdk.Answers;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Gets OCSP responses to the JDK's engine, which takes none but fetches them in the middle of the handshake: an
 * {@code SSLContext} is told, for good, to fetch them at an address where {@link Answers} has them in memory.
 *
 * <p>The JDK reads from system properties how a context fetches: when the context is made, and when its first client asks for a
 * response. Both are done here, under a lock, while the properties are set; afterwards they are as before. Another context that
 * somebody makes in these few milliseconds may be told the same; its clients then get no response.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} if the JDK does not ask as it should; that is tried.
 */
final class JdkStapling {
    private static final ReentrantLock SETTING = new ReentrantLock();

    /**
     * The JDK keeps a response for a minute, but not beyond its end. Each time it has none it starts a thread to ask, up to
     * eight for a context, so not less.
     */
    private static final Map<String, String> PROPERTIES = Map.of(
            "jdk.tls.server.enableStatusRequestExtension", "true",
            "jdk.tls.client.enableStatusRequestExtension", "true",
            "jdk.tls.stapling.responderOverride", "true",
            "jdk.tls.stapling.cacheLifetime", "60",
            "jdk.tls.stapling.cacheSize", "16");

    private JdkStapling() {}

    /** A context that is not taken for another one's. */
    static SSLContext newContext() throws NoSuchAlgorithmException {
        SETTING.lock();
        try {
            return SSLContext.getInstance("TLS");
        } finally {
            SETTING.unlock();
        }
    }

    static JdkEngineSource open(TlsSettings settings, OcspQuery query, Supplier<byte[]> response) {
        Answers.Registration answers =
                Answers.register(request -> query.isAskedBy(request) ? response.get() : new byte[0]);
        Map<String, String> wanted = new HashMap<>(PROPERTIES);
        wanted.put("jdk.tls.stapling.responderURI", answers.address());
        SETTING.lock();
        try {
            Map<String, Optional<String>> before = new HashMap<>();
            wanted.forEach((name, value) -> before.put(name, Optional.ofNullable(System.setProperty(name, value))));
            try {
                JdkEngineSource source = new JdkEngineSource(settings, Optional.of(answers));
                WarmUp.run(
                        new JdkEngineProvider(),
                        source,
                        settings.protocols(),
                        settings.cipherSuites(),
                        settings.applicationProtocols(),
                        1);
                if (!answers.wasAsked()) {
                    throw new IllegalArgumentException(
                            "OCSP stapling cannot be had: the JDK did not ask for a response."
                                    + " Either this library is not on the class path or module path of the application itself, or"
                                    + " jdk.tls.stapling.responseTimeout is 0, or no handshake is possible with these settings");
                }
                return source;
            } finally {
                before.forEach((name, value) ->
                        value.ifPresentOrElse(old -> System.setProperty(name, old), () -> System.clearProperty(name)));
            }
        } finally {
            SETTING.unlock();
        }
    }
}
