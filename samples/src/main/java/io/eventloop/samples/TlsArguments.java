package io.eventloop.samples;

import io.eventloop.tls.ClientAuthentication;
import io.eventloop.tls.ClientPolicy;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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

    @Option(names = "--self-signed", description = "INSECURE: a new certificate for localhost that nobody signed.")
    private boolean selfSigned;

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
        try {
            TlsServer server = TlsContext.server()
                    .hosts(hosts())
                    .applicationProtocols(applicationProtocols)
                    .build();
            server.warmUp(WARM_UP_HANDSHAKES);
            return Optional.of(server);
        } catch (NoSuchFileException e) {
            throw new RunFailure("no such file: " + e.getMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new RunFailure(e.getMessage(), e);
        }
    }

    private TlsHosts hosts() throws IOException, RunFailure {
        ClientPolicy clients = clientAuthorities == null
                ? ClientPolicy.ANYBODY
                : new ClientPolicy(ClientAuthentication.NEEDED, TlsIdentity.authorities(clientAuthorities));
        TlsHosts.Builder builder = TlsHosts.builder();
        for (String host : hosts) {
            int equals = host.indexOf('=');
            int comma = host.indexOf(',', equals);
            if (equals < 1 || comma < 0) {
                throw new RunFailure("--sni " + host + " is not NAME=CERT,KEY", null);
            }
            Path chain = Path.of(host.substring(equals + 1, comma));
            Path its = Path.of(host.substring(comma + 1));
            builder.host(host.substring(0, equals), TlsIdentity.pem(chain, its), clients);
        }
        if (certificate != null) {
            builder.otherwise(TlsIdentity.pem(certificate, key), clients);
        } else if (selfSigned) {
            builder.otherwise(TlsIdentity.insecureSelfSigned("localhost", "127.0.0.1", "::1"), clients);
        }
        return builder.build();
    }
}
