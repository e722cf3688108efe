package io.eventloop.tls;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/**
 * Puts TLS on connections of ours. The peer has to show a certificate that is trusted and is for the host that was meant,
 * whatever trust manager is used.
 *
 * <p><b>Threading:</b> thread-safe; {@link #connect} and {@link #over} are for the loop.
 *
 * <p><b>Ownership:</b> takes over the connections it is given; owns the sessions that its connections may resume.
 *
 * <p><b>Failure:</b> told by {@code onClosed} alone, as {@code TLS_FAILED} with a {@link TlsException} that says why.
 */
public final class TlsClient {
    private final TlsOptions options;
    private final TlsEngineSource source;

    private TlsClient(Builder builder) {
        options = new TlsOptions(
                builder.handshakeTimeout,
                ClientHelloParser.MAX_BYTES,
                builder.recordSize,
                builder.executor.orElseGet(HandshakeExecutor::shared),
                new TlsCounters());
        source = Engines.choose(builder.engine, builder.required)
                .open(new TlsSettings(
                        builder.identity,
                        ClientAuthentication.NONE,
                        builder.trust,
                        builder.verifiesHostName,
                        builder.protocols,
                        builder.cipherSuites,
                        builder.applicationProtocols,
                        builder.resumes,
                        Optional.empty()));
    }

    /**
     * Begins to connect. The outcome is told by the handler: {@code onOpen} once the handshake is over, or {@code onClosed}
     * alone.
     *
     * @param host the name or address that the peer's certificate has to be for
     * @throws IllegalArgumentException if it is neither
     */
    public TlsConnection connect(
            EventLoop loop, SocketAddress remote, ConnectOptions connect, String host, ConnectionHandler handler) {
        SecuredConnection secured = new SecuredConnection(loop, options, connect.limits());
        ClientSide side = new ClientSide(source, host, port(remote), handler);
        Connection below =
                loop.connect(remote, connect.withLimits(TlsOptions.below(connect.limits())), secured.prepare(side));
        secured.connecting(below);
        return secured;
    }

    /**
     * Puts TLS on a connection that is open, as the side that asks. Bytes that were not consumed before are taken for the
     * beginning of the handshake, and for nothing else.
     */
    public TlsConnection over(Connection connection, String host, ConnectionHandler handler) {
        SecuredConnection secured = new SecuredConnection(connection.loop(), options, connection.limits());
        ClientSide side = new ClientSide(source, host, port(connection.remoteAddress()), handler);
        secured.prepare(side);
        secured.connecting(connection);
        connection.limits(TlsOptions.below(connection.limits()));
        connection.handler(secured.pump());
        secured.pump().onOpen(connection);
        connection.resumeReading();
        return secured;
    }

    private static int port(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** The figures now. */
    public TlsMetrics metrics() {
        return options.counters().snapshot();
    }

    /** Collects what a client needs; not thread-safe. */
    public static final class Builder {
        private Optional<TlsIdentity> identity = Optional.empty();
        private Optional<X509TrustManager> trust = Optional.empty();
        private boolean verifiesHostName = true;
        private boolean resumes = true;
        private List<String> protocols = TlsSettings.PROTOCOLS;
        private List<String> cipherSuites = TlsSettings.CIPHER_SUITES;
        private List<String> applicationProtocols = List.of();
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private RecordSize recordSize = RecordSize.FULL;
        private Optional<HandshakeExecutor> executor = Optional.empty();
        private String engine = JdkEngineProvider.NAME;
        private final Set<TlsCapability> required = EnumSet.noneOf(TlsCapability.class);

        Builder() {}

        /** What is shown to servers that ask for it; by default nothing. */
        public Builder identity(TlsIdentity value) {
            identity = Optional.of(value);
            return this;
        }

        /** Whose certificates are believed; by default those whom the JDK believes. */
        public Builder authorities(List<X509Certificate> certificates) {
            trust = Optional.of(TrustAnchors.of(certificates));
            return this;
        }

        /** Who decides whether a chain of certificates is believed. The host's name is compared on top of that. */
        public Builder trustManager(X509TrustManager manager) {
            trust = Optional.of(manager);
            return this;
        }

        /** Does not compare the host's name with the certificate: any trusted party can then pass for any other. */
        public Builder insecureAnyHostName() {
            verifiesHostName = false;
            return this;
        }

        /** Whether sessions are resumed; default true. */
        public Builder resumption(boolean value) {
            resumes = value;
            return this;
        }

        /** Protocol versions; by default {@code TLSv1.3} and {@code TLSv1.2}. */
        public Builder protocols(String... names) {
            protocols = List.of(names);
            return this;
        }

        /** Cipher suites, the preferred first; by default {@link TlsSettings#CIPHER_SUITES}. */
        public Builder cipherSuites(String... names) {
            cipherSuites = List.of(names);
            return this;
        }

        /** Application protocols of RFC 7301 that are offered, the preferred first; by default none. */
        public Builder applicationProtocols(String... names) {
            applicationProtocols = List.of(names);
            return this;
        }

        /** From the established connection to the end of the handshake; default 10 s. */
        public Builder handshakeTimeout(Duration timeout) {
            TlsOptions.checkTimeout("handshakeTimeout", timeout);
            handshakeTimeout = timeout;
            return this;
        }

        /** How much goes into one record; default {@link RecordSize#FULL}. */
        public Builder recordSize(RecordSize size) {
            recordSize = Objects.requireNonNull(size);
            return this;
        }

        /** Where handshakes are computed; by default {@link HandshakeExecutor#shared()}. */
        public Builder handshakeExecutor(HandshakeExecutor value) {
            executor = Optional.of(value);
            return this;
        }

        /** The kind of engine; by default that of the JDK, {@code jdk}. */
        public Builder engine(String name) {
            engine = Objects.requireNonNull(name);
            return this;
        }

        /** What the engine has to be able to do. */
        public Builder require(TlsCapability... capabilities) {
            required.addAll(List.of(capabilities));
            return this;
        }

        /**
         * The client's side of TLS.
         *
         * @throws IllegalArgumentException if the engine lacks something that was asked for
         */
        public TlsClient build() {
            return new TlsClient(this);
        }
    }
}
