package io.eventloop.samples.redis;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Relay;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.Acquisition;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;

/**
 * A connection to the server that one client has to itself for a while: for a transaction, a command that blocks, or one
 * too large to wait for. It follows what is sent and answered, to know when nothing is left that ties the two together.
 * A command that changes the connection for good makes it the client's own: from there on bytes are relayed both
 * ways, and nobody looks at them.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns its lease, and gives it back when nothing is left.
 *
 * <p><b>Failure:</b> when either connection breaks the other is ended; the client then sees what it would see without
 * a proxy.
 */
final class Pin implements ConnectionHandler, LeaseListener {
    private final ClientSession session;
    private final RespScanner replies;
    private final RespScanner large;
    private Acquisition acquisition;
    private Lease lease;
    private int unanswered;
    private boolean inTransaction;
    private boolean watching;
    private boolean passesOn;
    private boolean blocked;
    private boolean gone;

    Pin(ClientSession session) {
        this.session = session;
        this.replies = new RespScanner(session.redis().options().maxBulkBytes());
        this.large = new RespScanner(session.redis().options().maxBulkBytes());
    }

    void begin() {
        RedisLoop redis = session.redis();
        acquisition = redis.pins(session.protocol())
                .acquire(redis.options().upstream(), redis.options().upstreamTimeout(), this);
    }

    @Override
    public void onLease(Lease fresh) {
        lease = fresh;
        lease.connection().handler(this);
        session.redis().countPinned();
        session.goOn();
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        session.pinRefused(Text.of(failure));
    }

    /** Passes one command on; false if it took all there was, or has to wait. */
    boolean step(Buffer in) throws RespException {
        if (passesOn) {
            return passOn(in);
        }
        if (unanswered >= ClientSession.MAX_UNANSWERED || !lease.connection().isWritable()) {
            session.await();
            return false;
        }
        RespCommand command = session.redis().command();
        if (!command.find(in)) {
            if (in.readableBytes() < ClientSession.LARGE_BYTES) {
                return false;
            }
            ClientSession.requireLargeAllowed(command);
            unanswered++;
            passesOn = true;
            return passOn(in);
        }
        if (command.arguments() == 0) {
            in.skip(command.bytes());
            return true;
        }
        return whole(in, command);
    }

    private boolean whole(Buffer in, RespCommand command) {
        CommandKind kind = CommandKind.of(command);
        switch (kind) {
            case MULTI -> inTransaction = true;
            case WATCH -> watching = true;
            case EXEC, DISCARD -> {
                watching &= !inTransaction;
                inTransaction = false;
            }
            case UNWATCH -> watching = false;
            case BLOCKING, MAY_BLOCK -> blocked = !inTransaction;
            case OWN, SELECT, HELLO, CLIENT, QUIT, RESET, WAIT, REFUSED -> {
                return special(in, command);
            }
            default -> {
                // Tied to the connection only until it is answered.
            }
        }
        unanswered++;
        boolean more = command.bytes() < in.readableBytes();
        lease.connection().write(in.detach(command.bytes()));
        return more;
    }

    private boolean special(Buffer in, RespCommand command) {
        if (unanswered > 0) {
            session.await();
            return false;
        }
        if (!ClientSession.isAnsweredHere(command)) {
            session.await();
            session.redis().loop().execute(this::becomeOwn);
            return false;
        }
        boolean ends = CommandKind.of(command) == CommandKind.RESET;
        session.here(in, command);
        if (ends) {
            inTransaction = false;
            watching = false;
            discard();
            session.unpinned();
        }
        return true;
    }

    /** Part of a command that is passed on as it comes. */
    private boolean passOn(Buffer in) throws RespException {
        int end = large.take(in, in.readIndex(), in.writeIndex());
        passesOn = !large.isComplete();
        boolean more = end < in.writeIndex();
        if (!lease.connection().write(in.detach(end - in.readIndex()))) {
            session.await();
            return false;
        }
        return more;
    }

    /** From here on the two are one. */
    private void becomeOwn() {
        if (gone) {
            return;
        }
        gone = true;
        Connection upstream = lease.connection();
        session.connection().resumeReading();
        session.redis().countOwn();
        Relay.join(
                session.connection(),
                upstream,
                session.redis().options().relayOptions(),
                (ended, a, b) -> lease.discard());
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        int at = in.readIndex();
        try {
            while (at < in.writeIndex()) {
                if (unanswered == 0) {
                    throw new RespException("it sent what nobody asked for");
                }
                at = replies.take(in, at, in.writeIndex());
                if (replies.isComplete() && replies.valueType() != '>') {
                    unanswered--;
                }
            }
        } catch (RespException e) {
            session.redis().log("pinned connection to the server ended: " + e.getMessage());
            connection.abort();
            return;
        }
        blocked &= unanswered > 0;
        if (!session.connection().write(in.detach())) {
            connection.pauseReading();
        }
        settle();
    }

    /** Gives the lease back if nothing ties it to the client, and lets the client go on. */
    private void settle() {
        if (unanswered == 0 && !passesOn && !inTransaction && !watching) {
            Lease done = lease;
            lease = null;
            gone = true;
            done.release();
            session.unpinned();
        }
        session.goOn();
    }

    @Override
    public void onWritable(Connection connection) {
        session.goOn();
    }

    /** The client takes bytes again. */
    void clientWritable() {
        if (lease != null) {
            lease.connection().resumeReading();
        }
    }

    /** Whether all that was passed on is answered. */
    boolean isQuiet() {
        return unanswered == 0;
    }

    /** Whether a transaction is open, or may be. */
    boolean isOpen() {
        return inTransaction || watching;
    }

    /** Whether a command that blocks was passed on and is not answered. */
    boolean isBlocked() {
        return blocked && unanswered > 0;
    }

    /** The client is over, and whatever it left behind on the connection with it. */
    void clientGone() {
        if (!gone) {
            gone = true;
            discard();
        }
    }

    private void discard() {
        gone = true;
        if (lease == null) {
            acquisition.cancel();
        } else {
            lease.discard();
            lease = null;
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        if (!gone) {
            discard();
            session.connection().close();
        }
    }
}
