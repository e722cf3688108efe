package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/**
 * Handshakes of a server with itself, in memory, so that the first clients do not wait for classes to be loaded and compiled.
 *
 * <p><b>Threading:</b> the caller's thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> ends early: a host that wants certificates of its clients is warm enough when it refuses one without.
 */
final class WarmUp {
    private static final int ROUNDS = 32;

    private WarmUp() {}

    static void run(
            TlsEngineProvider provider,
            TlsEngineSource server,
            List<String> protocols,
            List<String> cipherSuites,
            List<String> applicationProtocols,
            int handshakes) {
        TlsEngineSource client = provider.open(new TlsSettings(
                Optional.empty(),
                ClientAuthentication.NONE,
                Optional.of(new Anybody()),
                false,
                protocols,
                cipherSuites,
                applicationProtocols,
                false,
                Optional.empty()));
        Thread thread = Thread.currentThread();
        try (SlabPool pool = new SlabPool(
                BufferPoolOptions.builder().build(), "warm-up", direct -> 0, () -> Thread.currentThread() == thread)) {
            for (int i = 0; i < handshakes; i++) {
                handshake(pool, client.client("warm-up", 0), server.server("warm-up"));
            }
        }
    }

    private static void handshake(SlabPool pool, TlsEngine client, TlsEngine server) {
        Buffer toServer = pool.acquire(pool.largestClassBytes());
        Buffer toClient = pool.acquire(pool.largestClassBytes());
        Buffer data = pool.acquire(TlsEngine.MAX_RECORD_BYTES);
        try {
            for (int i = 0; i < ROUNDS && !(client.isEstablished() && server.isEstablished()); i++) {
                step(client, toClient, toServer, data);
                step(server, toServer, toClient, data);
            }
        } catch (TlsException e) {
            // One without a certificate was refused, as it should be.
            return;
        } finally {
            toServer.release();
            toClient.release();
            data.release();
        }
    }

    /** Has an engine work off what came in, and say what it has to. */
    static void step(TlsEngine engine, Buffer in, Buffer out, Buffer data) throws TlsException {
        engine.feed(in, data);
        while (engine.needsTask()) {
            engine.handshakeTask().run();
        }
        if (!in.isReadable()) {
            in.clear();
        }
        if (engine.hasOutput()) {
            engine.drain(out);
        }
    }

    /** Believes the server, which is this program. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
