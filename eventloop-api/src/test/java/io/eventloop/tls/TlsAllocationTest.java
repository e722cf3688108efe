package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a record costs the garbage collector; the JDK's engine allocates for each call, whoever calls it. */
class TlsAllocationTest {
    private static final int RECORDS = 10_000;
    private static final int RECORD_BYTES = 1000;

    /** 3.1 KB were seen on JDK 25 for both calls; a copy of the record in between would add a kilobyte or more. */
    private static final long MOST_BYTES = 4000;

    private final SlabPool pool =
            new SlabPool(BufferPoolOptions.builder().guarded(false).build(), "allocation", direct -> 0, () -> true);

    @Test
    void boundsWhatARecordAllocates() throws IOException {
        TlsEngineSource source = new JdkEngineProvider().open(settings());
        TlsEngine client = source.client("a.example", 1);
        TlsEngine server = TlsRig.server().build().engine(EnginePair.hello("a.example"));
        Buffer toServer = pool.acquire(1 << 16);
        Buffer toClient = pool.acquire(1 << 16);
        Buffer plain = pool.acquire(1 << 16);
        for (int i = 0; i < 20; i++) {
            WarmUp.step(client, toClient, toServer, plain);
            WarmUp.step(server, toServer, toClient, plain);
        }
        assertTrue(client.isEstablished() && server.isEstablished());
        TlsEngine.Plaintext zeros = (target, offset, most) -> most;
        exchange(client, server, zeros, toServer, plain);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(client, server, zeros, toServer, plain);
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / RECORDS;
        System.out.println("TLS: " + each + " bytes allocated for a record encrypted and decrypted");
        assertTrue(each < MOST_BYTES, each + " bytes");
        toServer.release();
        toClient.release();
        plain.release();
        pool.close();
    }

    private static TlsSettings settings() {
        return new TlsSettings(
                java.util.Optional.empty(),
                ClientAuthentication.NONE,
                java.util.Optional.of(TrustAnchors.of(Certificates.authorities())),
                true,
                TlsSettings.PROTOCOLS,
                TlsSettings.CIPHER_SUITES,
                java.util.List.of(),
                false,
                java.util.Optional.empty());
    }

    private static void exchange(
            TlsEngine client, TlsEngine server, TlsEngine.Plaintext from, Buffer wire, Buffer plain)
            throws IOException {
        for (int i = 0; i < RECORDS; i++) {
            client.encrypt(from, RECORD_BYTES, wire);
            server.feed(wire, plain);
            assertEquals(RECORD_BYTES, plain.readableBytes());
            wire.clear();
            plain.clear();
        }
    }
}
