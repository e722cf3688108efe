package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Relay;
import io.eventloop.framing.ProxyHeader;
import io.eventloop.framing.ProxyHeaderEncoder;
import java.net.SocketAddress;
import java.util.List;

/**
 * One client and its connection to the backend.
 *
 * <pre>
 *   connecting ──► relaying ──► over
 *        └───────────────────────┘ (the connect failed, or the client was gone before)
 * </pre>
 *
 * <p>It is the client's handler while the connect is under way. The client's first bytes are taken meanwhile, a few
 * only: without reading it could not be seen that the client is gone, which cancels the connect.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the early bytes, until the backend is connected.
 *
 * <p><b>Failure:</b> a failed connect is counted by its reason, and the client is reset.
 */
final class ProxySession implements ConnectionHandler {
    private static final System.Logger LOG = System.getLogger("io.eventloop.samples.tcp-proxy");

    /** The smallest class of buffers, enough for most first requests. */
    private static final int EARLY_BYTES = 4 << 10;

    private final ProxyLoop proxy;
    private final SocketAddress backendAddress;
    private final ProxyHeader header;
    private Connection client;
    private Connection backend;
    private Buffer early;
    private long earlyBytes;
    private boolean clientGone;
    private Relay relay;

    /**
     * @param backendAddress whom to connect to
     * @param header what the client's own proxy said of it; local if there is none
     */
    ProxySession(ProxyLoop proxy, SocketAddress backendAddress, ProxyHeader header) {
        this.backendAddress = backendAddress;
        this.proxy = proxy;
        this.header = header;
    }

    /** Received from the client. */
    long bytesToBackend() {
        return earlyBytes + (relay == null ? 0 : relay.bytesFromA());
    }

    /** Received from the backend. */
    long bytesToClient() {
        return relay == null ? 0 : relay.bytesFromB();
    }

    @Override
    public void onOpen(Connection connection) {
        client = connection;
        proxy.add(client.id(), this);
        backend = proxy.loop().connect(backendAddress, proxy.connectOptions(), new Connecting());
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        if (early == null) {
            early = proxy.loop().buffers().acquire(EARLY_BYTES);
        }
        early.writeBytes(in, Math.min(in.readableBytes(), early.writableBytes()));
        if (in.isReadable()) {
            client.pauseReading();
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        // The relay passes it on once it is joined.
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        clientGone = true;
        backend.abort();
        dropEarly();
        proxy.remove(client.id());
    }

    private void join() {
        if (client.state() != Connection.State.OPEN) {
            backend.abort();
            return;
        }
        tellBackend();
        if (early != null) {
            earlyBytes = early.readableBytes();
            backend.write(early);
            early = null;
        }
        relay = Relay.join(client, backend, proxy.relayOptions(), (ended, ofClient, ofBackend) -> {
            LOG.log(System.Logger.Level.DEBUG, () -> "client " + ofClient + ", backend " + ofBackend);
            proxy.remove(client.id());
        });
    }

    /** The first bytes of the connection, if the backend expects a header. */
    private void tellBackend() {
        ProxyHeader told = header.command() == ProxyHeader.Command.PROXY ? header : ProxyHeader.of(client);
        switch (proxy.headerToBackend()) {
            case NONE -> {
                // It sees the proxy's own address.
            }
            case V1 -> ProxyHeaderEncoder.V1.write(backend, told.withTlvs(List.of()));
            case V2 -> ProxyHeaderEncoder.V2.write(backend, told);
        }
    }

    private void failed(CloseReason reason) {
        if (clientGone) {
            return;
        }
        proxy.countFailedConnect(reason.kind());
        LOG.log(System.Logger.Level.DEBUG, () -> "no connection to the backend: " + reason);
        client.abort();
    }

    private void dropEarly() {
        if (early != null) {
            early.release();
            early = null;
        }
    }

    /** The backend's handler until it is connected. */
    private final class Connecting implements ConnectionHandler {
        @Override
        public void onOpen(Connection connection) {
            join();
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            throw new IllegalStateException("the relay has taken over");
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            failed(reason);
        }
    }
}
