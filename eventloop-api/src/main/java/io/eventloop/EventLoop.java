package io.eventloop;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One thread that waits for many sockets and runs what is due: handlers, tasks, timers.
 *
 * <p><b>Threading:</b> {@link #execute}, {@link #inLoop}, {@link #metrics}, {@link #name}, {@link #index} and
 * {@link #environment} may be called from any thread. Everything else is for the loop's own: {@link #connect},
 * {@link #addEndTask} and {@link #nextDeadlineNanos}, and what {@link #timer} and {@link #buffers} return, throw {@link IllegalStateException} naming
 * the threads.
 *
 * <p><b>Ownership:</b> belongs to its group, which closes it.
 *
 * <p><b>Failure:</b> an exception of a task or timer is reported and the loop goes on; an {@link Error} ends the loop and
 * every connection on it with {@link CloseReason.Kind#LOOP_FAILED}.
 */
public interface EventLoop extends Executor {

    /** Its thread's name. */
    String name();

    /** Its number within the group, from 0. */
    int index();

    /** Whether the calling thread is the loop's. */
    boolean inLoop();

    /**
     * Runs a task in a later step of the loop, in the order of submission.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the queue is at its limit or the loop has ended
     */
    @Override
    void execute(Runnable task);

    /** A timer, not armed, that runs {@code task} when it expires. */
    Timer timer(Runnable task);

    /** A timer armed to run {@code task} once after {@code delay}. */
    default Timer schedule(Duration delay, Runnable task) {
        Timer timer = timer(task);
        timer.schedule(delay);
        return timer;
    }

    /**
     * Has a task run when the loop ends, however it ends: after the last {@code onClosed}, when timers and other tasks do not
     * run any more. It is for those who would keep others waiting for ever.
     *
     * @return takes it back when it is run, on the loop; of no effect after the end
     * @throws IllegalStateException if the loop has {@value #MAX_END_TASKS} of them, or has ended
     */
    Runnable addEndTask(Runnable task);

    /** The most end tasks of a loop: they belong to things of which a loop has few, such as pools. */
    int MAX_END_TASKS = 1024;

    /**
     * Begins to connect. The outcome is told by the handler: {@code onOpen}, or {@code onClosed} alone with
     * {@code CONNECT_FAILED} or {@code CONNECT_TIMEOUT}, never within this call.
     *
     * @param remote resolved: names are the caller's to look up, off the loop
     * @throws IllegalArgumentException if the address is unresolved or of a kind no socket has
     */
    Connection connect(SocketAddress remote, ConnectOptions options, ConnectionHandler handler);

    /** Its buffers. */
    BufferPool buffers();

    /**
     * The loop's time, in the scale of {@link Environment#clock()}: read once per turn, and between two calls of
     * {@link #runOnce} whenever it is asked for.
     */
    long nanoTime();

    /** Where time, randomness and threads come from. */
    Environment environment();

    /** A snapshot of its figures. */
    LoopMetrics metrics();

    /**
     * Runs one turn, on a loop of a group built with {@link EventLoopGroupBuilder#callerDriven()}; the calling thread is
     * the loop's thread from then on.
     *
     * @param maxWaitNanos the longest to wait for something to do; 0 does not wait, negative waits without end
     * @return whether there was something to do
     * @throws IllegalStateException if the loop has a thread of its own, or has ended
     */
    boolean runOnce(long maxWaitNanos);

    /**
     * The loop's next moment with something to do, in loop time: now or earlier if work is pending,
     * {@link Long#MAX_VALUE} if only an outside event can give it work.
     */
    long nextDeadlineNanos();
}
