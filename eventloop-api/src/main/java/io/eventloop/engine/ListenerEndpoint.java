package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.Errno;
import io.eventloop.ListenOptions.Overflow;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import java.io.IOException;

/**
 * One listening socket on one loop: accepts within the bounds of a turn, of the rate, of the connection limit, and backs
 * off when the system refuses.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #placeFree()}. <b>Ownership:</b> owns its raw listener.
 *
 * <p><b>Failure:</b> nothing ends it but a close or the loop's end.
 */
final class ListenerEndpoint extends Endpoint {
    /** The first wait after a refused accept; it doubles up to the last one while refusals go on. */
    private static final long FIRST_BACKOFF_NANOS = 100_000_000L;

    private static final long LAST_BACKOFF_NANOS = 1_000_000_000L;

    private final Loop loop;
    private final ServerListener listener;
    private final RawListener raw;
    private final boolean handOver;
    private final WheelTimer retry;
    private long backoffNanos = FIRST_BACKOFF_NANOS;
    private boolean readable;
    private boolean closed;

    /** Whether accepting waits for a connection to end; set here, taken back by whoever frees a place. */
    private volatile boolean waitsForPlace;

    /** @param handOver whether accepted connections go to the loops in turn, instead of staying on this one */
    ListenerEndpoint(Loop loop, ServerListener listener, RawListener raw, boolean handOver) {
        this.loop = loop;
        this.listener = listener;
        this.raw = raw;
        this.handOver = handOver;
        this.retry = new WheelTimer(loop, this::resume);
    }

    Loop loop() {
        return loop;
    }

    /** Starts, on the loop. */
    void open() {
        if (closed) {
            // By a close on another thread, whose order came first.
            return;
        }
        try {
            if (loop.isStopping()) {
                close();
            } else if (!loop.register(this, raw)) {
                throw new IOException(loop.name() + " has all the connections it may have");
            }
        } catch (IOException e) {
            loop.failed(listener + " could not be registered", e);
            close();
        }
    }

    @Override
    void ready(int readyOps) {
        readable = true;
        if (!retry.isArmed() && !listener.isPaused()) {
            loop.work().addReady(this);
        }
    }

    /** Tries again: after a pause, a back-off, a wait for a place or for the rate. */
    void resume() {
        if (!closed) {
            readable = true;
            loop.work().addReady(this);
        }
    }

    /** A connection ended; called from any loop. */
    void placeFree() {
        if (waitsForPlace) {
            waitsForPlace = false;
            loop.order(this::resume);
        }
    }

    @Override
    void dispatch() {
        if (!closed && !listener.isPaused() && !retry.isArmed()) {
            if (acceptSome(listener.options.maxAcceptsPerTurn())) {
                loop.work().addReady(this);
            }
        }
    }

    /** Accepts up to {@code most}. Returns whether more may be waiting and may be accepted now. */
    private boolean acceptSome(int most) {
        for (int i = 0; i < most && readable && (listener.isClosing() || !listener.isPaused()); i++) {
            long waitNanos = listener.takeToken(loop.nanoTime());
            if (waitNanos > 0) {
                retry.scheduleNanos(waitNanos);
                return false;
            }
            if (waitsAtLimit() && !reserveOrWait()) {
                listener.returnToken();
                return false;
            }
            if (!acceptOne()) {
                return false;
            }
        }
        return readable && !listener.isPaused();
    }

    /** Whether a connection above the limit is not even accepted, so that a place has to be there before it is. */
    private boolean waitsAtLimit() {
        return listener.options.overflow() == Overflow.WAIT;
    }

    private boolean reserveOrWait() {
        if (listener.reserve()) {
            return true;
        }
        waitsForPlace = true;
        // A place may have become free before the flag was seen.
        if (listener.reserve()) {
            waitsForPlace = false;
            return true;
        }
        return false;
    }

    private boolean acceptOne() {
        RawSocket socket;
        try {
            socket = raw.accept(listener.options.socket());
        } catch (IOException | RuntimeException e) {
            // Also when an accepted socket refuses the value of an option: a listener ends no loop.
            giveBack();
            backOff(e);
            return false;
        }
        backoffNanos = FIRST_BACKOFF_NANOS;
        if (socket == null) {
            giveBack();
            readable = false;
            loop.poller().awaitReadable(raw);
            return false;
        }
        // Not before there is a connection: another loop would find a place taken by nobody, and reset its own.
        if (!waitsAtLimit() && !listener.reserve()) {
            listener.countRefused();
            socket.closeWithReset();
            return true;
        }
        Loop target = handOver ? loop.group().nextLoop() : loop;
        target.connections().adopt(socket, listener, loop);
        loop.memory().governor().check();
        return true;
    }

    /** The token of an accept that came to nothing, and its place if it had one. */
    private void giveBack() {
        listener.returnToken();
        if (waitsAtLimit()) {
            listener.released();
        }
    }

    /** The system refused: sheds what waits if descriptors ran out, and tries again later. */
    private void backOff(Exception failure) {
        listener.countFailure();
        loop.failed(listener + ": accept failed, trying again in " + backoffNanos / 1_000_000 + " ms", failure);
        if (failure instanceof SystemCallException call
                && (call.errno() == Errno.EMFILE || call.errno() == Errno.ENFILE)) {
            for (int i = 0; i < listener.options.maxAcceptsPerTurn() && raw.shed(); i++) {
                listener.countShed();
            }
        }
        retry.scheduleNanos(backoffNanos);
        backoffNanos = Math.min(LAST_BACKOFF_NANOS, backoffNanos * 2);
    }

    /** Accepts what waits in the backlog, once, then closes. */
    void closeAfterBacklog() {
        if (!closed) {
            if (slot >= 0) {
                readable = true;
                acceptSome(listener.options.backlog());
            }
            close();
        }
    }

    @Override
    void failed(RuntimeException failure) {
        backOff(failure);
    }

    @Override
    void end(CloseReason reason) {
        close();
    }

    /** Closes it in place of its loop, which ended before it was opened. */
    void abandon() {
        if (!closed) {
            closed = true;
            raw.close();
            listener.endpointClosed();
        }
    }

    private void close() {
        if (!closed) {
            closed = true;
            retry.cancel();
            if (slot >= 0) {
                loop.forget(this);
            }
            raw.close();
            listener.endpointClosed();
        }
    }
}
