package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts follow their files. */
class IdentityFilesTest {
    private static final Duration INTERVAL = Duration.ofSeconds(7);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final TlsIdentity RENEWED = Certificates.identity("a.example");

    @TempDir
    private Path folder;

    private Path chain;
    private Path key;
    private TlsServer server;
    private IdentityFiles files;
    private int reads;

    @BeforeEach
    void writeFiles() throws Exception {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        write(Certificates.A);
        server = TlsRig.server(TlsHosts.of(Certificates.A)).build();
        files = new IdentityFiles(
                IdentityFiles.watch(server, this::read).files(chain, key).interval(INTERVAL));
    }

    private TlsHosts read() throws IOException {
        reads++;
        return TlsHosts.of(TlsIdentity.pem(chain, key));
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }

    private void write(TlsIdentity identity) throws Exception {
        writeChain(identity);
        writeKey(identity);
    }

    private void writeChain(TlsIdentity identity) throws Exception {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : identity.chain()) {
            text.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(chain, text);
    }

    private void writeKey(TlsIdentity identity) throws IOException {
        Files.writeString(key, pem("PRIVATE KEY", identity.key().getEncoded()));
    }

    private Duration look() {
        return Duration.ofNanos(files.look());
    }

    /** Looks until nothing more happens. */
    private void settle() {
        assertEquals(SETTLE, look());
        assertEquals(INTERVAL, look());
    }

    private TlsIdentity served() throws Exception {
        try (EnginePair pair = new EnginePair(
                        EnginePair.client(EnginePair.clients(), "TLSv1.3", "a.example"),
                        server.engine(EnginePair.hello("a.example")))
                .handshake()) {
            X509Certificate first = (X509Certificate) pair.client.getSession().getPeerCertificates()[0];
            return first.equals(RENEWED.chain().get(0)) ? RENEWED : Certificates.A;
        }
    }

    @Test
    void servesWhatTheFilesSay() throws Exception {
        settle();
        assertEquals(1, files.reloads(), "what changed before the first look");
        assertEquals(Certificates.A, served());
        FileTime before = Files.getLastModifiedTime(chain);
        write(RENEWED);
        Files.setLastModifiedTime(chain, before);
        settle();
        assertEquals(RENEWED, served());
        assertEquals(2, files.reloads());
        assertEquals(0, files.failures());
    }

    @Test
    void readsNothingIfNothingChanged() throws Exception {
        settle();
        for (int i = 0; i < 5; i++) {
            assertEquals(INTERVAL, look());
        }
        write(Certificates.A);
        assertEquals(INTERVAL, look(), "the same contents, written again");
        assertEquals(1, reads);
    }

    /** The files of a renewal come one after the other. */
    @Test
    void leavesFilesAloneThatAreStillBeingWritten() throws Exception {
        settle();
        writeChain(RENEWED);
        assertEquals(SETTLE, look());
        writeKey(RENEWED);
        settle();
        assertEquals(2, reads);
        assertEquals(0, files.failures());
        assertEquals(RENEWED, served());
    }

    @Test
    void keepsWhatThereIsWhileTheFilesAreBrokenAndSaysSoOnce() throws Exception {
        settle();
        writeKey(RENEWED);
        settle();
        assertTrue(files.problem().orElseThrow().contains("is not the one of"), files.problem()::toString);
        assertTrue(files.problem().orElseThrow().contains("key.pem"), files.problem()::toString);
        assertEquals(INTERVAL, look());
        assertEquals(1, files.failures(), "the same thing");
        Files.delete(key);
        settle();
        assertTrue(files.problem().orElseThrow().endsWith("key.pem is not there"), files.problem()::toString);
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nMIIE");
        settle();
        assertTrue(files.problem().orElseThrow().contains("has no private key"), files.problem()::toString);
        assertEquals(3, files.failures());
        assertEquals(Certificates.A, served());
        writeKey(Certificates.A);
        settle();
        assertEquals(Optional.empty(), files.problem());
        assertEquals(2, files.reloads());
    }

    /** Such as a certificate that becomes valid. */
    @Test
    void triesAgainAlthoughTheFilesAreTheSame() throws Exception {
        boolean[] usable = {false};
        files = new IdentityFiles(IdentityFiles.watch(server, () -> {
                    if (!usable[0]) {
                        throw new IllegalStateException("not yet");
                    }
                    return TlsHosts.of(RENEWED);
                })
                .files(chain)
                .interval(INTERVAL));
        settle();
        assertTrue(files.problem().orElseThrow().contains("not yet"));
        usable[0] = true;
        assertEquals(INTERVAL, look());
        assertEquals(RENEWED, served());
        assertEquals(Optional.empty(), files.problem());
    }

    @Test
    void refusesFilesThatAreTooLong() throws Exception {
        settle();
        Files.write(chain, new byte[IdentityFiles.MAX_FILE_BYTES + 1]);
        settle();
        assertTrue(files.problem().orElseThrow().contains("more than 1048576 bytes"), files.problem()::toString);
        assertEquals(1, reads, "it was not read");
    }

    @Test
    void refusesTooManyFilesAndNone() {
        IdentityFiles.Builder builder = IdentityFiles.watch(server, this::read);
        assertThrows(IllegalArgumentException.class, builder::start);
        builder.files(new Path[0]);
        for (int i = 0; i < IdentityFiles.MAX_FILES; i++) {
            builder.files(chain);
        }
        assertThrows(IllegalArgumentException.class, () -> builder.files(chain));
        assertThrows(IllegalArgumentException.class, () -> builder.interval(Duration.ZERO));
    }

    @Test
    void looksByAThreadThatEndsWithIt() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        Thread[] threads = new Thread[1];
        IdentityFiles started = IdentityFiles.watch(server, () -> {
                    threads[0] = Thread.currentThread();
                    read.countDown();
                    return TlsHosts.of(RENEWED);
                })
                .files(chain)
                .interval(Duration.ofMillis(100))
                .environment(new ManualClock(1).environment())
                .start();
        read.await();
        started.close();
        threads[0].join();
        assertFalse(threads[0].isAlive());
        assertEquals(RENEWED, served());
    }
}
