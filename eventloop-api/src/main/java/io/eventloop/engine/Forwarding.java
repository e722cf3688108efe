package io.eventloop.engine;

import io.eventloop.spi.RawPipe;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Inbound bytes of one connection on their way to another through a kernel pipe. The pipe is filled only when it is empty,
 * and its content is a part of the target's write queue, so bytes keep their order with whatever else is queued there.
 *
 * <p>It lasts as long as bytes come in runs that are worth two system calls each; after {@value #MOST_SMALL_RUNS} small
 * runs the handler gets the bytes again.
 *
 * <p><b>Threading:</b> loop-confined.
 *
 * <p><b>Ownership:</b> owns the pipe, which outlives the source as long as its bytes are queued.
 *
 * <p><b>Failure:</b> a failure of the source is thrown by {@link #fill}; one of the target meets its write queue.
 */
final class Forwarding extends KernelPart {
    /** As much as a pipe holds. */
    private static final long RUN_BYTES = 1 << 20;

    /** The most forwarded in one turn before others have theirs; moving it takes the kernel about half a millisecond. */
    static final int TURN_BYTES = 2 << 20;

    /** Below this a copy through the loop's buffer costs less than a pipe. */
    private static final long SMALL_RUN_BYTES = 16 << 10;

    private static final int MOST_SMALL_RUNS = 8;

    private final Inbound source;
    private final SocketConnection target;
    private final RawPipe pipe;
    private final LongConsumer moved;
    private int smallRuns;
    private boolean ended;

    Forwarding(Inbound source, SocketConnection target, RawPipe pipe, LongConsumer moved) {
        this.source = source;
        this.target = target;
        this.pipe = pipe;
        this.moved = moved;
    }

    /** Whether the bytes of the last run are still on their way; the source waits for them. */
    boolean isFull() {
        return remaining > 0;
    }

    /** Moves a run from the source into the pipe and on to the target. Returns as {@link RawPipe#fill}. */
    long fill(RawSocket from) throws IOException {
        long count = pipe.fill(from, RUN_BYTES);
        if (count > 0) {
            smallRuns = count < SMALL_RUN_BYTES ? smallRuns + 1 : 0;
            remaining = count;
            moved.accept(count);
            target.out().forward(this);
        }
        return count;
    }

    @Override
    long send(RawSocket socket, long most) throws IOException {
        return pipe.drain(socket);
    }

    @Override
    boolean isBlocked(long sent, long offered) {
        // splice(2) goes through the whole pipe as long as the socket takes something.
        return sent < offered;
    }

    /** All was sent, or the target gave up. */
    @Override
    void done() {
        boolean lost = remaining > 0;
        remaining = 0;
        if (lost || ended || smallRuns >= MOST_SMALL_RUNS) {
            end();
        } else {
            source.forwarded();
        }
    }

    /** The source has no more use for it; what is in the pipe is still sent. */
    void end() {
        if (!ended) {
            ended = true;
            source.forwardingEnded();
        }
        if (remaining == 0) {
            pipe.close();
        }
    }
}
