package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** A client that is the JDK's own, free to misbehave, and an engine of ours as its server, in memory. */
final class EnginePair implements AutoCloseable {
    final SSLEngine client;
    final TlsEngine server;
    final SlabPool pool =
            new SlabPool(BufferPoolOptions.builder().guarded(true).build(), "pair", direct -> 0, () -> true);
    final Buffer toServer = pool.acquire(1 << 16);
    final Buffer atServer = pool.acquire(1 << 16);
    private final Buffer fromServer = pool.acquire(1 << 16);
    private final ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
    private final ByteBuffer atClient = ByteBuffer.allocate(1 << 17);
    private final ByteBuffer record = ByteBuffer.allocate(40 << 10);

    EnginePair(SSLEngine client, TlsEngine server) {
        this.client = client;
        this.server = server;
    }

    /** A context of clients that believe the test's authority. */
    static SSLContext clients() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {TrustAnchors.of(Certificates.authorities())}, null);
        return context;
    }

    /** A client of a context, whose sessions are shared by all names. */
    static SSLEngine client(SSLContext context, String protocol, String serverName) {
        SSLEngine engine = context.createSSLEngine("any", 1);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        engine.setSSLParameters(parameters);
        return engine;
    }

    static ClientHello hello(String serverName) {
        return new ClientHello(serverName, List.of(), List.of(), List.of(), List.of(), false, 0);
    }

    /** Completes the handshake, tickets included. */
    EnginePair handshake() throws Exception {
        client.beginHandshake();
        for (int i = 0; i < 20; i++) {
            clientSends();
            serverTakes();
            clientTakes();
        }
        return this;
    }

    /** Whatever the client has to say. */
    void clientSends() throws SSLException {
        while (client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            wrap(ByteBuffer.allocate(0));
        }
    }

    /** Has the client encrypt bytes. */
    void wrap(ByteBuffer plaintext) throws SSLException {
        record.clear();
        client.wrap(plaintext, record);
        toServer.writeBytes(record.flip());
    }

    /** Has the server work off what the client sent. */
    void serverTakes() throws TlsException {
        for (int i = 0; i < 20; i++) {
            TlsEngine.Need need = server.feed(toServer, atServer);
            if (need == TlsEngine.Need.TASK) {
                server.handshakeTask().run();
            }
            while (server.hasOutput()) {
                server.drain(fromServer);
                byte[] bytes = new byte[fromServer.readableBytes()];
                fromServer.readBytes(bytes, 0, bytes.length);
                fromServer.clear();
                toClient.put(bytes);
            }
        }
        if (!toServer.isReadable()) {
            toServer.clear();
        }
    }

    /** Has the client work off what the server sent. */
    void clientTakes() throws SSLException {
        toClient.flip();
        for (int i = 0; i < 20; i++) {
            Runnable task = client.getDelegatedTask();
            if (task != null) {
                task.run();
            } else if (client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                clientSends();
            } else if (toClient.hasRemaining()) {
                atClient.clear();
                client.unwrap(toClient, atClient);
            }
        }
        toClient.compact();
    }

    @Override
    public void close() {
        toServer.release();
        atServer.release();
        fromServer.release();
        pool.close();
    }
}
