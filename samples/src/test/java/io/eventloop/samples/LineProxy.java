package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.framing.FrameHandler;
import io.eventloop.framing.FramedHandler;
import io.eventloop.framing.Lines;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.Acquisition;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The proxy of docs/building-a-proxy.md, which shows it from the next line on. */
final class LineProxy implements FrameHandler, LeaseListener {
    static final Lines LINES = new Lines(Lines.Ending.LF, 1024);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ConnectionPool pool;
    private final SocketAddress server;
    private Connection client;
    private Acquisition acquisition = Acquisition.COMPLETED;
    private Lease lease;
    private Buffer request;
    private boolean clientEnded;

    LineProxy(ConnectionPool pool, SocketAddress server) {
        this.pool = pool;
        this.server = server;
    }

    FramedHandler handler() {
        return new FramedHandler(LINES.decoder(), this);
    }

    @Override
    public void onOpen(Connection connection) {
        client = connection;
    }

    @Override
    public void onFrame(Connection connection, Buffer line) {
        request = line.detach(); // ours until it is written
        client.pauseReading(); // one request at a time; the next ones wait in the connection
        acquisition = pool.acquire(server, PATIENCE, this);
    }

    @Override
    public void onLease(Lease fresh) {
        lease = fresh;
        lease.connection().handler(new FramedHandler(LINES.decoder(), new Answer()));
        LINES.encoder().write(lease.connection(), request);
        request = null;
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        request.release();
        request = null;
        refuse("no server: " + failure.kind());
    }

    private void refuse(String why) {
        client.write(("ERROR " + why + "\n").getBytes(StandardCharsets.US_ASCII));
        next();
    }

    /** The exchange is over. */
    private void next() {
        if (clientEnded) {
            client.close();
        } else {
            client.resumeReading();
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        clientEnded = true;
        if (request == null && lease == null) {
            client.close();
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        acquisition.cancel();
        if (request != null) {
            request.release();
        }
        if (lease != null) {
            lease.discard(); // an answer is under way that nobody waits for
            lease = null;
        }
    }

    /** The server's side of one exchange. */
    private final class Answer implements FrameHandler {
        @Override
        public void onFrame(Connection connection, Buffer line) {
            LINES.encoder().write(client, line.detach());
            lease.release();
            lease = null;
            next();
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            String how = lease.delivery().toString(); // whether it is safe to ask again
            lease.discard();
            lease = null;
            refuse("connection lost: " + how);
        }
    }
}
