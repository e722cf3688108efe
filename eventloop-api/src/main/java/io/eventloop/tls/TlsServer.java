package io.eventloop.tls;

import io.eventloop.Acceptor;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Environment;
import io.eventloop.tls.TlsException.Alert;
import io.eventloop.tls.TlsHosts.Host;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.X509TrustManager;

/**
 * Puts TLS on accepted connections. Each identity with each policy for clients has sessions and ticket keys of its own, so no
 * session crosses from one host's policy to another's.
 *
 * <p>{@link #reload} replaces the hosts at once: connections that are there keep what they have, later ones see the new hosts.
 * A host whose identity and policy did not change keeps its sessions.
 *
 * <p><b>Threading:</b> thread-safe; {@link #accept} is for the connection's loop.
 *
 * <p><b>Ownership:</b> takes over the connections it is given. With {@link Builder#ocspStapling()} it owns a thread until
 * {@link #close()}; without, nothing has to be closed.
 *
 * <p><b>Failure:</b> a client that cannot be served is told by an alert and its connection ends as {@code TLS_FAILED}; the
 * application's acceptor hears of connections with a complete handshake only. Figures are in {@link #metrics()}.
 */
public final class TlsServer implements AutoCloseable {
    private record Snapshot(TlsHosts hosts, Map<Host, TlsEngineSource> sources) {}

    private final TlsOptions options;
    private final TlsEngineProvider provider;
    private final List<String> protocols;
    private final List<String> cipherSuites;
    private final List<String> applicationProtocols;
    private final ReentrantLock reloading = new ReentrantLock();
    private final Optional<Stapling> stapling;
    private volatile Snapshot snapshot;

    private TlsServer(Builder builder) {
        options = new TlsOptions(
                builder.handshakeTimeout,
                builder.maxClientHelloBytes,
                builder.recordSize,
                builder.executor.orElseGet(HandshakeExecutor::shared),
                new TlsCounters());
        Set<TlsCapability> required = EnumSet.noneOf(TlsCapability.class);
        required.addAll(builder.required);
        if (builder.staples) {
            required.add(TlsCapability.OCSP_BYTES);
        }
        provider = Engines.choose(builder.engine, required);
        protocols = builder.protocols;
        cipherSuites = builder.cipherSuites;
        applicationProtocols = builder.applicationProtocols;
        Environment environment = builder.environment;
        stapling = builder.staples
                ? Optional.of(new Stapling(environment, new OcspHttp(environment.clock(), OcspHttp.WAIT)))
                : Optional.empty();
        snapshot = snapshot(builder.hosts.orElseThrow(() -> new IllegalArgumentException("no hosts")), Map.of());
        stapling.ifPresent(Stapling::start);
    }

    private Snapshot snapshot(TlsHosts hosts, Map<Host, TlsEngineSource> before) {
        Map<Host, TlsEngineSource> sources = new HashMap<>();
        for (Host host : hosts.all()) {
            TlsEngineSource known = before.get(host);
            sources.put(host, known == null ? provider.open(settings(host)) : known);
        }
        return new Snapshot(hosts, Map.copyOf(sources));
    }

    private TlsSettings settings(Host host) {
        ClientPolicy clients = host.clients();
        Optional<X509TrustManager> trust = clients.authentication() == ClientAuthentication.NONE
                ? Optional.empty()
                : Optional.of(TrustAnchors.of(clients.authorities()));
        return new TlsSettings(
                Optional.of(host.identity()),
                clients.authentication(),
                trust,
                false,
                protocols,
                cipherSuites,
                applicationProtocols,
                true,
                stapling.flatMap(responses -> responses.of(host.identity())));
    }

    private static Set<TlsIdentity> identities(TlsHosts hosts) {
        Set<TlsIdentity> all = new HashSet<>();
        hosts.all().forEach(host -> all.add(host.identity()));
        return all;
    }

    /** Replaces the hosts; if they cannot be used it throws, and nothing changes. */
    public void reload(TlsHosts hosts) {
        reloading.lock();
        try {
            snapshot = snapshot(hosts, snapshot.sources());
        } finally {
            // Also if nothing changed: what was prepared for the others is given up.
            Set<TlsIdentity> served = identities(snapshot.hosts());
            stapling.ifPresent(responses -> responses.serve(served));
            reloading.unlock();
        }
    }

    /** An acceptor that puts TLS on each connection, and asks this one for a handler once its handshake is over. */
    public Acceptor acceptor(Acceptor acceptor) {
        Objects.requireNonNull(acceptor);
        return connection -> layer(connection, acceptor).pump();
    }

    /**
     * Puts TLS on a connection that is open, as the side that answers. Bytes that were not consumed before are taken for the
     * beginning of the handshake, and for nothing else.
     *
     * @param handler of the connection above, which gets {@code onOpen} once the handshake is over
     */
    public TlsConnection accept(Connection connection, ConnectionHandler handler) {
        Objects.requireNonNull(handler);
        SecuredConnection secured = layer(connection, open -> handler);
        connection.handler(secured.pump());
        connection.resumeReading();
        return secured;
    }

    private SecuredConnection layer(Connection connection, Acceptor acceptor) {
        SecuredConnection secured = new SecuredConnection(connection.loop(), options, connection.limits());
        secured.serve(connection, new ServerSide(this, options, acceptor));
        return secured;
    }

    /** The engine that answers a client. */
    TlsEngine engine(ClientHello hello) throws TlsException {
        Snapshot now = snapshot;
        String name = hello.serverName();
        Host host = now.hosts()
                .find(name)
                .orElseThrow(() -> new TlsException(
                        Alert.UNRECOGNIZED_NAME,
                        name.isEmpty() ? "the client names no host" : "nobody answers under the name " + name));
        return now.sources().get(host).server(name);
    }

    /**
     * Has each host complete some handshakes with itself, in memory: the first ones of a JVM take twenty times as long. With
     * {@link Builder#ocspStapling()} it also waits until each response was fetched, or could not be. To be called before
     * listening, not on a loop.
     *
     * @param handshakes for each host; a hundred take a good part of a second
     */
    public void warmUp(int handshakes) {
        Snapshot now = snapshot;
        for (TlsEngineSource source : now.sources().values()) {
            WarmUp.run(provider, source, protocols, cipherSuites, applicationProtocols, handshakes);
        }
        stapling.ifPresent(Stapling::refresh);
    }

    /** The figures now. */
    public TlsMetrics metrics() {
        return options.counters().snapshot();
    }

    /** The figures of OCSP stapling now. */
    public OcspMetrics ocspMetrics() {
        return stapling.map(Stapling::metrics).orElseGet(() -> new OcspMetrics(0, 0, 0, 0));
    }

    /** Ends what runs beside the connections: fetching OCSP responses. Connections go on, and new ones are served. */
    @Override
    public void close() {
        stapling.ifPresent(Stapling::close);
    }

    /** Collects what a server needs; not thread-safe. */
    public static final class Builder {
        private Optional<TlsHosts> hosts = Optional.empty();
        private List<String> protocols = TlsSettings.PROTOCOLS;
        private List<String> cipherSuites = TlsSettings.CIPHER_SUITES;
        private List<String> applicationProtocols = List.of();
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private int maxClientHelloBytes = ClientHelloParser.MAX_BYTES;
        private RecordSize recordSize = RecordSize.FULL;
        private Optional<HandshakeExecutor> executor = Optional.empty();
        private String engine = JdkEngineProvider.NAME;
        private final Set<TlsCapability> required = EnumSet.noneOf(TlsCapability.class);
        private boolean staples;
        private Environment environment = Environment.system();

        Builder() {}

        /** Who answers under which name; has to be given. */
        public Builder hosts(TlsHosts value) {
            hosts = Optional.of(value);
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

        /**
         * Application protocols of RFC 7301, the preferred first; by default none. A client that offers some, and none of
         * these, is refused; one that offers none is served without.
         */
        public Builder applicationProtocols(String... names) {
            applicationProtocols = List.of(names);
            return this;
        }

        /** From the accept to the end of the handshake; default 10 s. */
        public Builder handshakeTimeout(Duration timeout) {
            TlsOptions.checkTimeout("handshakeTimeout", timeout);
            handshakeTimeout = timeout;
            return this;
        }

        /** The most bytes of records a ClientHello may come in; default 16 KiB. */
        public Builder maxClientHelloBytes(int bytes) {
            if (bytes < 512 || bytes > 48 << 10) {
                throw new IllegalArgumentException("maxClientHelloBytes is " + bytes + ", must be within 512..49152");
            }
            maxClientHelloBytes = bytes;
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
         * Shows clients that ask for it, in the handshake, what the responder of the certificate's authority says of the
         * certificate: OCSP stapling, RFC 6066 §8. By default off.
         *
         * <p>Responses are fetched over HTTP by a thread of the server's own, checked as a client would, and refreshed when
         * half of their life is over, at the latest after an hour; after a failure, each minute. Handshakes use what is
         * there and never wait: without a good response that holds, a client gets none. An identity that names no
         * responder, or whose chain lacks who signed it, is served without; the log says so. The server has to be closed.
         */
        public Builder ocspStapling() {
            staples = true;
            return this;
        }

        /** Where clocks and threads for OCSP come from; by default {@link Environment#system()}. */
        public Builder environment(Environment value) {
            environment = Objects.requireNonNull(value);
            return this;
        }

        /**
         * The server's side of TLS.
         *
         * @throws IllegalArgumentException if there are no hosts, or the engine lacks something that was asked for
         */
        public TlsServer build() {
            return new TlsServer(this);
        }
    }
}
