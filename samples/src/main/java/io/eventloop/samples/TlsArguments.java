package io.eventloop.samples;

import io.eventloop.tls.ClientAuthentication;
import io.eventloop.tls.ClientPolicy;
import io.eventloop.tls.IdentityFiles;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The options of a sample whose clients may speak TLS.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> files that cannot be used are a {@link RunFailure} naming the file and what is wrong.
 */
final class TlsArguments {
    /** Enough for the code of a handshake to be compiled, and less than a second. */
    private static final int WARM_UP_HANDSHAKES = 50;

    @Option(names = "--tls", description = "Clients speak TLS; needs --cert and --key, --sni, or --self-signed.")
    private boolean tls;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificates in PEM, the server's own first.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The private key of the first certificate, in PEM.")
    private Path key;

    @Option(
            names = "--sni",
            paramLabel = "NAME=CERT,KEY",
            description = "Files for clients that ask for this name, such as www.example.com or *.example.com.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--client-ca",
            paramLabel = "FILE",
            description = "Clients have to show a certificate signed by one of these, in PEM.")
    private Path clientAuthorities;

    @Option(
            names = "--tls-reload",
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "How often to look whether these files changed, and to read them then, such as 500ms or 1h; 0 for"
                            + " never. Default: ${DEFAULT-VALUE}.")
    private Duration reloadInterval;

    @Option(names = "--self-signed", description = "INSECURE: a new certificate for localhost that nobody signed.")
    private boolean selfSigned;

    private final List<Host> named = new ArrayList<>();
    private Optional<TlsIdentity> insecure = Optional.empty();

    /**
     * The server's side of TLS, warmed up; empty if clients do not speak it.
     *
     * @param applicationProtocols those of RFC 7301 that the sample speaks, the preferred first
     */
    Optional<TlsServer> server(String... applicationProtocols) throws RunFailure {
        boolean hasHosts = certificate != null || key != null || selfSigned || !hosts.isEmpty();
        if (!tls) {
            if (hasHosts || clientAuthorities != null) {
                throw new RunFailure("--cert, --key, --sni, --client-ca and --self-signed go with --tls", null);
            }
            return Optional.empty();
        }
        if (!hasHosts) {
            throw new RunFailure("--tls needs --cert and --key, --sni, or --self-signed", null);
        }
        if ((certificate == null) != (key == null)) {
            throw new RunFailure("--cert and --key go together", null);
        }
        for (String host : hosts) {
            named.add(named(host));
        }
        try {
            if (selfSigned) {
                insecure = Optional.of(TlsIdentity.insecureSelfSigned("localhost", "127.0.0.1", "::1"));
            }
            TlsServer server = TlsContext.server()
                    .hosts(hosts())
                    .applicationProtocols(applicationProtocols)
                    .build();
            server.warmUp(WARM_UP_HANDSHAKES);
            watch(server);
            return Optional.of(server);
        } catch (NoSuchFileException e) {
            throw new RunFailure("no such file: " + e.getMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new RunFailure(e.getMessage(), e);
        }
    }

    /** Until the process ends. */
    private void watch(TlsServer server) {
        List<Path> files = new ArrayList<>();
        for (Host host : named) {
            files.add(host.chain);
            files.add(host.key);
        }
        for (Path file : Arrays.asList(certificate, key, clientAuthorities)) {
            if (file != null) {
                files.add(file);
            }
        }
        if (!files.isEmpty() && !reloadInterval.isZero()) {
            IdentityFiles.watch(server, this::hosts)
                    .files(files.toArray(Path[]::new))
                    .interval(reloadInterval)
                    .start();
        }
    }

    private static Host named(String option) throws RunFailure {
        int equals = option.indexOf('=');
        int comma = option.indexOf(',', equals);
        if (equals < 1 || comma < 0) {
            throw new RunFailure("--sni " + option + " is not NAME=CERT,KEY", null);
        }
        return new Host(
                option.substring(0, equals),
                Path.of(option.substring(equals + 1, comma)),
                Path.of(option.substring(comma + 1)));
    }

    private TlsHosts hosts() throws IOException {
        ClientPolicy clients = clientAuthorities == null
                ? ClientPolicy.ANYBODY
                : new ClientPolicy(ClientAuthentication.NEEDED, TlsIdentity.authorities(clientAuthorities));
        TlsHosts.Builder builder = TlsHosts.builder();
        for (Host host : named) {
            builder.host(host.name, TlsIdentity.pem(host.chain, host.key), clients);
        }
        if (certificate != null) {
            builder.otherwise(TlsIdentity.pem(certificate, key), clients);
        } else if (insecure.isPresent()) {
            builder.otherwise(insecure.get(), clients);
        }
        return builder.build();
    }

    /** What an {@code --sni} says. */
    private record Host(String name, Path chain, Path key) {}
}
