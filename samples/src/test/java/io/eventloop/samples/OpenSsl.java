package io.eventloop.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.tls.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The program {@code openssl} in a folder, which has the authority {@code ca} from the beginning. */
final class OpenSsl {
    private final Path folder;

    OpenSsl(Path folder) throws Exception {
        this.folder = folder;
        List<String> authority = List.of("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2");
        run(authority, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA");
    }

    /** Has the authority sign a certificate: {@code NAME.pem} and {@code NAME.key}. */
    void issue(String name, String alternativeNames, String kind, String... more) throws Exception {
        List<String> request = new ArrayList<>(List.of("req", "-new", "-newkey", kind));
        request.addAll(List.of(more));
        run(request, "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name);
        Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + alternativeNames + "\n");
        List<String> sign = List.of("x509", "-req", "-in", name + ".csr", "-out", name + ".pem", "-days", "2");
        run(sign, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", name + ".ext");
    }

    String file(String name) {
        return folder.resolve(name).toString();
    }

    TlsIdentity identity(String name) throws IOException {
        return TlsIdentity.pem(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    List<X509Certificate> authorities() throws IOException {
        return TlsIdentity.authorities(folder.resolve("ca.pem"));
    }

    private void run(List<String> arguments, String... more) throws Exception {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        session("", "", all.toArray(String[]::new));
    }

    /** A client that trusts the authority; its input ends once this is in its output, which is returned. */
    String client(int port, String input, String answer, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("s_client", "-connect", "127.0.0.1:" + port, "-CAfile", "ca.pem", "-verify_return_error"));
        command.addAll(List.of(more));
        return session(input, answer, command.toArray(String[]::new));
    }

    /** Runs openssl with an input that ends once the output shows that it was answered. */
    String session(String input, String answer, String... arguments) throws Exception {
        Process process = start(arguments);
        StringBuilder all = new StringBuilder();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try {
                byte[] chunk = new byte[4096];
                for (int n = process.getInputStream().read(chunk);
                        n >= 0;
                        n = process.getInputStream().read(chunk)) {
                    synchronized (all) {
                        all.append(new String(chunk, 0, n, UTF_8));
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (OutputStream in = process.getOutputStream()) {
            if (!input.isEmpty()) {
                in.write(input.getBytes(UTF_8));
                in.flush();
                Await.until("an answer, or the end", () -> {
                    synchronized (all) {
                        return all.indexOf(answer) >= 0 || !process.isAlive();
                    }
                });
            }
        } catch (IOException e) {
            // It ended before, which the test looks at.
            process.destroy();
        }
        assertTrue(process.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "still running: " + all);
        reading.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return all.toString();
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return Programs.start(folder, command.toArray(String[]::new));
    }

    static void assertHas(String part, String all) {
        assertTrue(all.contains(part), () -> "no '" + part + "' in\n" + all);
    }
}
