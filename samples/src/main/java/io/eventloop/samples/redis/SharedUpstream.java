package io.eventloop.samples.redis;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Timer;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to the server that carries the commands of many clients, one behind the other, and gives each reply to
 * the client whose turn it is.
 *
 * <p>It is leased from the pool when a client first needs it, and again after it broke. A client that does not take its
 * replies holds up those behind it: reading stops, and the client is reset if it is still in the way after
 * {@link RedisOptions#clientStall()}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> holds its lease until it breaks or the loop ends.
 *
 * <p><b>Failure:</b> when the connection breaks, each client that waits for a reply is told by an error; one that has
 * part of a reply is closed. Clients that wait for a connection get an error for one command each.
 */
final class SharedUpstream implements ConnectionHandler, LeaseListener {
    /** Commands sent and not answered; clients wait beyond it. */
    static final int MAX_UNANSWERED = 16_384;

    private final RedisLoop redis;
    private final ConnectionPool pool;
    private final ArrayDeque<ClientSession> unanswered = new ArrayDeque<>();
    private final RespScanner replies;
    private final Timer stall;
    private List<ClientSession> waiting = new ArrayList<>();
    private Lease lease;
    private boolean connecting;
    private ClientSession inTheWay;

    SharedUpstream(RedisLoop redis, ConnectionPool pool) {
        this.redis = redis;
        this.pool = pool;
        this.replies = new RespScanner(redis.options().maxBulkBytes());
        this.stall = redis.loop().timer(this::stalled);
    }

    /** Sends a command, if one can be sent now; otherwise the client is called when it is worth another try. */
    boolean send(ClientSession client, Buffer in, int bytes) {
        if (lease == null && !connecting) {
            connecting = true;
            pool.acquire(redis.options().upstream(), redis.options().upstreamTimeout(), this);
        }
        if (lease == null
                || unanswered.size() >= MAX_UNANSWERED
                || !lease.connection().isWritable()) {
            waiting.add(client);
            return false;
        }
        unanswered.add(client);
        lease.connection().write(in.detach(bytes));
        return true;
    }

    @Override
    public void onLease(Lease fresh) {
        connecting = false;
        lease = fresh;
        lease.connection().handler(this);
        tellWaiting("");
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        // In a task, for the client that asked may not be waiting yet.
        redis.loop().execute(() -> {
            connecting = false;
            tellWaiting(Text.of(failure));
        });
    }

    /** Calls those that wait; they may come to wait again. */
    private void tellWaiting(String failure) {
        List<ClientSession> called = waiting;
        waiting = new ArrayList<>();
        for (ClientSession client : called) {
            client.upstreamChanged(failure);
        }
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        boolean more = true;
        while (more && inTheWay == null) {
            ClientSession client = unanswered.peek();
            if (client == null) {
                fail("the server sent what nobody asked for");
                return;
            }
            int bytes;
            try {
                bytes = runOf(client, in);
            } catch (RespException e) {
                fail("the server's reply: " + e.getMessage());
                return;
            }
            more = bytes < in.readableBytes();
            if (!client.reply(in.detach(bytes))) {
                hold(client);
            }
        }
        if (!waiting.isEmpty() && unanswered.size() < MAX_UNANSWERED && connection.isWritable()) {
            tellWaiting("");
        }
    }

    /** The bytes at the front that are for this client: its replies in a row, the last one maybe in part. */
    private int runOf(ClientSession client, Buffer in) throws RespException {
        int from = in.readIndex();
        int at = from;
        while (at < in.writeIndex() && unanswered.peek() == client) {
            at = replies.take(in, at, in.writeIndex());
            if (replies.valueType() == '>') {
                throw new RespException("a push message on a connection that has none");
            }
            if (replies.isComplete()) {
                unanswered.poll();
                client.answered();
            }
        }
        return at - from;
    }

    private void hold(ClientSession client) {
        inTheWay = client;
        lease.connection().pauseReading();
        stall.schedule(redis.options().clientStall());
    }

    /** The client takes bytes again, or is gone. */
    void wayIsClear(ClientSession client) {
        if (inTheWay == client) {
            inTheWay = null;
            stall.cancel();
            if (lease != null) {
                lease.connection().resumeReading();
            }
        }
    }

    private void stalled() {
        if (inTheWay != null) {
            redis.countStalled();
            inTheWay.cut();
        }
    }

    /** A client is over: whatever comes for it is discarded, and it waits for nothing. */
    void forget(ClientSession client) {
        waiting.remove(client);
        wayIsClear(client);
    }

    @Override
    public void onWritable(Connection connection) {
        tellWaiting("");
    }

    private void fail(String why) {
        redis.log("shared connection to the server ended: " + why);
        lease.connection().abort();
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        lease.discard();
        lease = null;
        stall.cancel();
        inTheWay = null;
        redis.countBroken();
        boolean inReply = !replies.isComplete();
        replies.reset();
        // Commands that follow the answers given here wait for the next connection.
        ClientSession[] left = unanswered.toArray(new ClientSession[0]);
        unanswered.clear();
        for (int i = 0; i < left.length; i++) {
            left[i].lost(i == 0 && inReply);
        }
        tellWaiting("");
    }
}
