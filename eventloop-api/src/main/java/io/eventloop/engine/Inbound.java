package io.eventloop.engine;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawPipe;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * The inbound half of a connection: reads while the socket is readable, offers the bytes to the handler, and keeps what it
 * did not consume.
 *
 * <p>Reads go to the loop's own buffer, so a connection with nothing unconsumed holds none. Unconsumed bytes are kept in a
 * pooled buffer of their size, and later reads continue behind them.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns the kept buffer; lends it to the handler.
 *
 * <p><b>Failure:</b> tells the connection, which ends.
 */
final class Inbound {
    /** Less room than this is not worth a read of its own: the kept bytes are moved first. */
    private static final int MIN_ROOM_BYTES = 1024;

    /** Kept bytes up to this part of their buffer are copied to a smaller one. */
    private static final int WASTE_FACTOR = 4;

    private final SocketConnection connection;
    private final Loop loop;
    private final ReadThrottle throttle;
    private PooledBuffer kept;
    private Forwarding forwarding;
    private long bytesReceived;

    /** Cached readiness: a read is worth trying. */
    private boolean readable;

    /** The peer sent its FIN, or urgent data: a short read does not mean that nothing follows. */
    private boolean finSeen;

    private boolean paused;

    /** The memory governor holds it back, whatever the handler asked for. */
    private boolean held;

    private boolean ended;
    private boolean offerAgain;

    /** The buffer that is lent to the handler now, null if none is. */
    private PooledBuffer offered;

    private boolean dispatching;

    Inbound(SocketConnection connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
        this.throttle = new ReadThrottle(connection);
    }

    long bytesReceived() {
        return bytesReceived;
    }

    boolean isPaused() {
        return paused;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isReadable() {
        return readable;
    }

    boolean isForwarding() {
        return forwarding != null;
    }

    /** Whether what was forwarded last has not left yet. */
    boolean isForwardingHeld() {
        return forwarding != null && forwarding.isFull();
    }

    /** Bytes not consumed, also while they are being offered. */
    int keptBytes() {
        if (offering()) {
            return offered.isLent() ? offered.readableBytes() : 0;
        }
        return kept == null ? 0 : kept.readableBytes();
    }

    private boolean offering() {
        return offered != null;
    }

    /** Pooled memory of the kept bytes, by capacity. */
    long heldBytes() {
        return kept == null ? 0 : kept.capacity();
    }

    ReadThrottle throttle() {
        return throttle;
    }

    /** Has reading stop or go on, whatever the handler asked for. */
    void hold(boolean on) {
        held = on;
        forwarded();
    }

    /** Notes readiness. Returns whether there is something to do about it. */
    boolean ready(int readyOps) {
        readable = true;
        finSeen |= (readyOps & ReadySink.INPUT_ENDED) != 0;
        return mayRead();
    }

    void pause() {
        if (!paused) {
            paused = true;
            connection.note(
                    connection.out().isAboveHigh() ? ConnectionEvent.PAUSED_WHILE_FULL : ConnectionEvent.PAUSED);
        }
        if (connection.out().isBroken() && connection.phase() == State.OPEN) {
            connection.life().pausedWhileBroken();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            connection.note(ConnectionEvent.RESUMED);
            if (!offering()) {
                offerKept();
            }
            if (readable) {
                loop.work().addReady(connection);
            }
        }
    }

    /** Offers the kept bytes once more, in a later step. */
    void offerKept() {
        offerAgain = true;
        if (kept != null && !offering()) {
            loop.work().addReady(connection);
        }
    }

    /** A read is worth trying, whatever the poller said. */
    void probe() {
        readable = true;
        loop.work().addReady(connection);
    }

    /** Reads at once, as far as one turn's share goes. Returns false within a callback, and if nothing may be read. */
    boolean readNow() {
        if (dispatching || !connection.life().isToldOpen() || connection.phase() != State.OPEN || !mayRead()) {
            return false;
        }
        readable = true;
        dispatch();
        return true;
    }

    private boolean mayRead() {
        State state = connection.phase();
        return !ended && (state == State.OPEN ? !paused && !held : state == State.CLOSING);
    }

    /** Begins to forward. Returns false if it cannot be done. */
    boolean forwardTo(Connection target, LongConsumer moved) {
        if (forwarding != null || keptBytes() > 0 || ended || connection.phase() != State.OPEN) {
            return false;
        }
        if (!(target instanceof SocketConnection other)
                || other.loop() != loop
                || !other.out().isOpen()
                || !loop.hasCapability(Capability.SPLICE)) {
            return false;
        }
        RawPipe pipe = loop.poller().openPipe();
        if (pipe != null) {
            forwarding = new Forwarding(this, other, pipe, moved);
            connection.note(ConnectionEvent.FORWARDING);
        }
        return pipe != null;
    }

    /** A forwarded run has left. */
    void forwarded() {
        if (!dispatching && readable && mayRead()) {
            loop.work().addReady(connection);
        }
    }

    /** Bytes are offered to the handler again. */
    void forwardingEnded() {
        forwarding = null;
        connection.note(ConnectionEvent.FORWARDED);
        forwarded();
    }

    /** One turn's share of reading. */
    void dispatch() {
        dispatching = true;
        try {
            receive();
        } finally {
            dispatching = false;
        }
        if (kept != null && kept.readableBytes() <= kept.capacity() / WASTE_FACTOR) {
            // Short contents do not hold a large buffer from one turn to the next.
            kept = loop.memory().inSmaller(kept);
        }
    }

    private void receive() {
        offerKeptAgain();
        int budget = forwarding == null ? connection.bounds().readBudgetBytes() : Forwarding.TURN_BYTES;
        while (readable && mayRead()) {
            if (budget <= 0) {
                loop.work().addReady(connection);
                return;
            }
            if (offerAgain) {
                // Before the end of input can be read: it would be the new handler's first call.
                budget -= 1 + keptBytes();
                offerKeptAgain();
                continue;
            }
            if (forwarding != null && kept == null && connection.phase() == State.OPEN) {
                if (forwarding.isFull()) {
                    return;
                }
                budget -= forward();
                continue;
            }
            PooledBuffer target = target();
            if (target == null) {
                return;
            }
            int count = read(target);
            if (count <= 0) {
                return;
            }
            budget -= count;
            if (connection.phase() == State.CLOSING) {
                target.clear();
                loop.memory().giveReadBuffer(target);
            } else {
                offer(target);
            }
        }
    }

    private void offerKeptAgain() {
        if (offerAgain && (!paused || connection.phase() != State.OPEN)) {
            offerAgain = false;
            if (kept != null && connection.phase() == State.OPEN) {
                offer(kept);
            }
        }
    }

    /** Forwards one run. Returns the bytes moved. */
    private int forward() {
        long count;
        try {
            count = forwarding.fill(connection.socket());
        } catch (IOException e) {
            readable = false;
            connection.life().readFailed(e);
            return 0;
        }
        if (count < 0 || count == 0 && finSeen) {
            // Left to a read. Urgent data is where splice(2) stops, for ever, and takes a FIN behind it for the end.
            forwarding.end();
            return 0;
        }
        received(count);
        return (int) count;
    }

    /** Reads once. Returns 0 or less if there is nothing to offer, all that follows from it being done. */
    private int read(PooledBuffer target) {
        RawSocket socket = connection.socket();
        int limit = connection.bounds().maxInboundBytes() - target.readableBytes();
        if (limit < target.writableBytes()) {
            target.capWritable(limit);
        }
        int room = target.writableBytes();
        int count;
        try {
            count = socket.read(target);
            target.uncapWritable();
        } catch (IOException e) {
            target.uncapWritable();
            readable = false;
            giveBack(target);
            connection.life().readFailed(e);
            return -1;
        } catch (RuntimeException e) {
            target.uncapWritable();
            giveBack(target);
            throw e;
        }
        if (count > 0 && count < room && !finSeen) {
            awaitMore(socket);
        } else if (count <= 0) {
            giveBack(target);
        }
        received(count);
        return count;
    }

    /** Accounts for a read, and does what follows if there was nothing to read. */
    private void received(long count) {
        loop.counters().add(LoopCounters.READS, 1);
        if (count > 0) {
            bytesReceived += count;
            loop.counters().add(LoopCounters.BYTES_RECEIVED, count);
            connection.deadlines().active();
        } else if (count == 0) {
            finSeen = false;
            connection.readIsWhole();
            awaitMore(connection.socket());
        } else {
            readable = false;
            connection.out().sendRest();
            if (connection.phase() != State.CLOSED) {
                ended = true;
                connection.note(ConnectionEvent.INPUT_ENDED);
                connection.inputEnded();
            }
        }
    }

    private void awaitMore(RawSocket socket) {
        readable = false;
        loop.poller().awaitReadable(socket);
    }

    /** Where the next read goes: the loop's buffer, or behind the kept bytes. Null if the connection ended over it. */
    private PooledBuffer target() {
        try {
            if (kept == null || connection.phase() == State.CLOSING) {
                return loop.memory().takeReadBuffer();
            }
            int limit = connection.bounds().maxInboundBytes();
            int unread = kept.readableBytes();
            if (unread >= limit) {
                endAtLimit();
                return null;
            }
            // A small leftover must not make every later read a small one.
            if (unread <= loop.pool().largestClassBytes() / WASTE_FACTOR
                    && kept.capacity() < Math.min(limit, loop.pool().largestClassBytes())) {
                PooledBuffer large = loop.memory().takeReadBuffer();
                large.writeBytes(kept, unread);
                kept.release();
                kept = large;
                return kept;
            }
            int wanted = Math.min(MIN_ROOM_BYTES, limit - unread);
            if (kept.readIndex() > 0 && unread <= kept.capacity() / WASTE_FACTOR) {
                kept.compact();
            } else if (kept.writableBytes() < wanted) {
                makeRoom(wanted, limit);
            }
            return kept;
        } catch (BufferLimitExceededException e) {
            connection.life().outOfMemory(e);
            return null;
        }
    }

    private void makeRoom(int wanted, int limit) {
        if (kept.hasRoom(wanted)) {
            kept.compact();
            return;
        }
        int unread = kept.readableBytes();
        PooledBuffer larger = loop.pool().acquire((int) Math.min(limit, Math.max(unread * 2L, unread + wanted)));
        larger.writeBytes(kept, unread);
        kept.release();
        kept = larger;
    }

    /** A target that was not used. */
    private void giveBack(PooledBuffer target) {
        if (target != kept) {
            loop.memory().giveReadBuffer(target);
        }
    }

    private void offer(PooledBuffer buffer) {
        kept = null;
        offered = buffer;
        buffer.lend();
        try {
            connection.calls().offer(buffer);
        } finally {
            offered = null;
            PooledBuffer ours = buffer.reclaim();
            if (ours != null) {
                settle(ours);
            }
        }
    }

    /** After an offer: keeps what was not consumed. */
    private void settle(PooledBuffer buffer) {
        int unread = buffer.readableBytes();
        if (unread == 0 || connection.phase() != State.OPEN) {
            loop.memory().giveReadBuffer(buffer);
            return;
        }
        kept = buffer;
        if (offerAgain && !paused) {
            loop.work().addReady(connection);
        } else if (unread >= connection.bounds().maxInboundBytes() && !paused) {
            endAtLimit();
        }
    }

    /** Nothing can be read any more, and nothing was consumed: no event would ever change that. */
    private void endAtLimit() {
        connection
                .life()
                .inboundLimitReached(kept.readableBytes(), connection.bounds().maxInboundBytes());
    }

    /** Drops the kept bytes; what is being forwarded is still sent. */
    void clear() {
        if (forwarding != null) {
            forwarding.end();
        }
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
