package io.eventloop.samples;

import static io.eventloop.samples.OpenSsl.assertHas;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.tls.OcspMetrics;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OCSP responses of a responder of OpenSSL's, shown to a client of OpenSSL's. */
@Tag("interop")
@Timeout(120)
class TlsStaplingInteropTest {
    @TempDir
    private Path folder;

    private final EventLoopGroup group =
            EventLoopGroup.builder().transport("nio").loops(1).build();
    private final List<Process> processes = new ArrayList<>();
    private TlsIdentity identity;
    private int responderPort;

    @BeforeEach
    void makeCertificates() throws Exception {
        responderPort = Programs.unusedPort();
        run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=TestCA");
        run("req -new -newkey rsa:2048 -nodes -keyout site.key -out site.csr -subj /CN=site");
        Files.writeString(
                folder.resolve("site.ext"),
                "subjectAltName=DNS:site.test\nauthorityInfoAccess=OCSP;URI:http://127.0.0.1:" + responderPort + "/\n");
        run("x509 -req -in site.csr -CA ca.pem -CAkey ca.key -set_serial 4711 -out site.pem -days 2 -extfile site.ext");
        Files.writeString(folder.resolve("chain.pem"), read("site.pem") + read("ca.pem"));
        identity = TlsIdentity.pem(folder.resolve("chain.pem"), folder.resolve("site.key"));
    }

    @AfterEach
    void endEverything() {
        group.close();
        processes.forEach(Process::destroyForcibly);
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private Process start(String arguments) throws IOException {
        Process process = Programs.start(folder, ("openssl " + arguments).split(" "));
        processes.add(process);
        return process;
    }

    /** Runs openssl without input, to its end. */
    private String run(String arguments) throws Exception {
        Process process = start(arguments);
        process.getOutputStream().close();
        String all = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), all);
        return all;
    }

    /** @param entry V for a certificate that is good, R with the time for one that was revoked */
    private void startResponder(String entry, String revoked) throws Exception {
        String expires = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now().plusSeconds(86_400));
        String line = String.join("\t", entry, expires, revoked, Integer.toHexString(4711), "unknown", "/CN=site");
        Files.writeString(folder.resolve("index.txt"), line.toUpperCase(java.util.Locale.ROOT) + "\n", US_ASCII);
        Process responder = start(
                "ocsp -port " + responderPort + " -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -ndays 1");
        assertTrue(
                responder.inputReader(UTF_8).lines().anyMatch(text -> text.startsWith("ACCEPT")),
                "the responder of OpenSSL's did not start");
    }

    private String clientOf(TlsServer server, String version) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        InetSocketAddress address =
                (InetSocketAddress) group.listen(any, server.acceptor(connection -> new EchoCommand.Echo()))
                        .address();
        return run("s_client -connect 127.0.0.1:" + address.getPort() + " -servername site.test -CAfile ca.pem"
                + " -verify_return_error -status " + version);
    }

    private TlsServer server() {
        TlsServer server =
                TlsContext.server().hosts(TlsHosts.of(identity)).ocspStapling().build();
        server.warmUp(1);
        return server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void showsWhatTheResponderSays(String version) throws Exception {
        startResponder("V", "");
        try (TlsServer server = server()) {
            assertEquals(new OcspMetrics(1, 1, 1, 0), server.ocspMetrics());
            String out = clientOf(server, version);
            assertHas("OCSP Response Status: successful (0x0)", out);
            assertHas("Cert Status: good", out);
            assertHas("Serial Number: 1267", out);
            assertHas("Verify return code: 0 (ok)", out);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void servesWithoutIfTheResponderIsNotThere(String version) throws Exception {
        try (TlsServer server = server()) {
            String out = clientOf(server, version);
            assertHas("OCSP response: no response sent", out);
            assertHas("Verify return code: 0 (ok)", out);
            assertEquals(new OcspMetrics(1, 0, 0, 1), server.ocspMetrics());
        }
    }

    @Test
    void doesNotShowThatACertificateWasRevoked() throws Exception {
        startResponder("R", "260101000000Z");
        try (TlsServer server = server()) {
            assertHas("OCSP response: no response sent", clientOf(server, "-tls1_3"));
            assertEquals(1, server.ocspMetrics().failed());
        }
    }
}
