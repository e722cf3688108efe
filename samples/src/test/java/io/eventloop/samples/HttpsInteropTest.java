package io.eventloop.samples;

import static io.eventloop.samples.OpenSsl.assertHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code http-server --tls} in a process of its own, asked by openssl, curl and sslscan. */
@Tag("interop")
@Timeout(120)
class HttpsInteropTest {
    /** {@code Accepted  TLSv1.3  128 bits  TLS_AES_128_GCM_SHA256}, after "Preferred" too. */
    private static final Pattern SUITE = Pattern.compile("(?:Accepted|Preferred)\\s+(TLSv\\S+)\\s+\\d+ bits\\s+(\\S+)");

    @TempDir
    private Path folder;

    private OpenSsl openssl;
    private SampleProcess sample;
    private int port;

    @BeforeEach
    void makeCertificates() throws Exception {
        openssl = new OpenSsl(folder);
        openssl.issue("rsa", "DNS:localhost,IP:127.0.0.1", "rsa:2048");
        openssl.issue("ec", "DNS:ec.test", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    }

    @AfterEach
    void stop() {
        if (sample != null) {
            sample.close();
        }
    }

    private void serve(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("http-server", "--host", "127.0.0.1", "-p", "0", "--tls"));
        arguments.addAll(List.of("--cert", openssl.file("rsa.pem"), "--key", openssl.file("rsa.key")));
        arguments.addAll(List.of("--sni", "ec.test=" + openssl.file("ec.pem") + "," + openssl.file("ec.key")));
        arguments.addAll(List.of(more));
        sample = SampleProcess.start(arguments.toArray(String[]::new));
        port = sample.address().getPort();
    }

    private String ask(String... more) throws Exception {
        String request = "GET /plaintext HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        return openssl.client(port, request, "Hello, World!", more);
    }

    private String curl(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--cacert", openssl.file("ca.pem")));
        command.addAll(List.of(more));
        return Programs.run(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void answersOpenSslByNameAndProtocol(String version) throws Exception {
        serve();
        String other = ask(version, "-servername", "localhost", "-alpn", "h2,http/1.1");
        assertHas("Hello, World!", other);
        assertHas("CN = rsa", other);
        assertHas("ALPN protocol: http/1.1", other);
        assertHas("Verify return code: 0 (ok)", other);
        String named = ask(version, "-servername", "ec.test");
        assertHas("Hello, World!", named);
        assertHas("CN = ec", named);
        assertHas("no application protocol", ask(version, "-alpn", "h2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void resumesTickets(String version) throws Exception {
        serve();
        assertHas("New, TLSv1", ask(version, "-servername", "ec.test", "-sess_out", "ticket"));
        String again = ask(version, "-servername", "ec.test", "-sess_in", "ticket");
        assertHas("Reused, TLSv1", again);
        assertHas("Hello, World!", again);
        assertHas("handshakes 2 of 2, resumed 1", sample.end());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void asksForCertificates(String version) throws Exception {
        openssl.issue("client", "DNS:client.test", "rsa:2048");
        serve("--client-ca", openssl.file("ca.pem"));
        assertHas("Hello, World!", ask(version, "-cert", "client.pem", "-key", "client.key"));
        String anonymous = ask(version);
        assertFalse(anonymous.contains("Hello, World!"), anonymous);
        assertHas("alert", anonymous);
    }

    /** Certificates that are renewed in their place. */
    @Test
    void showsWhatItsFilesHaveNow() throws Exception {
        serve("--tls-reload", "200ms");
        assertHas("CN = rsa", ask("-servername", "localhost"));
        Files.copy(folder.resolve("ec.key"), folder.resolve("rsa.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(folder.resolve("ec.pem"), folder.resolve("rsa.pem"), StandardCopyOption.REPLACE_EXISTING);
        Await.until("the new certificate", () -> isShown("CN = ec"));
    }

    private boolean isShown(String subject) {
        try {
            return ask("-servername", "localhost").contains(subject);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersCurl() throws Exception {
        serve();
        String url = "https://localhost:" + port;
        String twice = curl("-v", url + "/plaintext", url + "/json");
        assertHas("Hello, World!", twice);
        assertHas("{\"message\":", twice);
        assertHas("Re-using existing", twice);
        byte[] content = new byte[5_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >>> 3);
        }
        Path sent = Files.write(folder.resolve("sent"), content);
        Path received = folder.resolve("received");
        for (String tls : List.of("1.2", "1.3")) {
            curl("--tls-max", tls, "--data-binary", "@" + sent, "-o", "" + received, url + "/echo");
            assertArrayEquals(content, Files.readAllBytes(received), tls);
        }
    }

    /** Nothing below TLS 1.2; ephemeral keys and authenticated encryption throughout. */
    @Test
    void offersNothingWeak() throws Exception {
        serve();
        // Of groups it expects a record for each message, and waits seconds where several are in one.
        String found = Programs.run("sslscan", "--no-colour", "--no-groups", "127.0.0.1:" + port);
        for (String version : List.of("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1")) {
            assertHas(version + " ", found);
            assertFalse(
                    Pattern.compile(Pattern.quote(version) + "\\s+enabled")
                            .matcher(found)
                            .find(),
                    found);
        }
        assertHas("TLSv1.3 not vulnerable to heartbleed", found);
        assertHas("Session renegotiation not supported", found);
        List<String> suites = SUITE.matcher(found)
                .results()
                .map(match -> match.group(1) + " " + match.group(2))
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256",
                        "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384",
                        "TLSv1.2 ECDHE-RSA-CHACHA20-POLY1305",
                        "TLSv1.3 TLS_AES_128_GCM_SHA256",
                        "TLSv1.3 TLS_AES_256_GCM_SHA384",
                        "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256"),
                suites,
                found);
    }
}
