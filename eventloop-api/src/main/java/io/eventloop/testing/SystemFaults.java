package io.eventloop.testing;

import java.time.Duration;

/**
 * How a host's kernel and scheduler behave, all within what they may do. Probabilities are 0 to 1.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> a value out of range throws
 * {@link IllegalArgumentException}.
 *
 * @param socketBufferBytes of each socket, in each direction
 * @param shortReadProbability per read: it returns 1 to n bytes of n
 * @param shortWriteProbability per write: it takes 1 to n bytes of n
 * @param wouldBlockProbability per call: it would block; an event follows
 * @param spuriousProbability per poll: something is reported ready that is not, or has ended
 * @param reorderProbability per poll: the events are shuffled
 * @param delayProbability per event: it is reported up to a millisecond late
 * @param earlyPollProbability per poll: it returns nothing at once
 * @param exhaustionProbability per call that needs a descriptor: {@code EMFILE}
 * @param stallProbability per turn: the loop does not run for a while
 * @param maxStall the longest such while
 * @param clockJumpProbability per turn: the wall clock jumps up to an hour either way
 */
public record SystemFaults(
        int socketBufferBytes,
        double shortReadProbability,
        double shortWriteProbability,
        double wouldBlockProbability,
        double spuriousProbability,
        double reorderProbability,
        double delayProbability,
        double earlyPollProbability,
        double exhaustionProbability,
        double stallProbability,
        Duration maxStall,
        double clockJumpProbability) {

    /** What Linux begins with, about. */
    private static final int DEFAULT_BUFFER_BYTES = 64 << 10;

    /** A kernel on its best day. */
    public static final SystemFaults NONE =
            new SystemFaults(DEFAULT_BUFFER_BYTES, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, 0);

    /** Checks the ranges. */
    public SystemFaults {
        if (socketBufferBytes < 1) {
            throw new IllegalArgumentException("socketBufferBytes is " + socketBufferBytes);
        }
        if (maxStall.isNegative()) {
            throw new IllegalArgumentException("maxStall is " + maxStall);
        }
        checkProbability("shortReadProbability", shortReadProbability);
        checkProbability("shortWriteProbability", shortWriteProbability);
        checkProbability("wouldBlockProbability", wouldBlockProbability);
        checkProbability("spuriousProbability", spuriousProbability);
        checkProbability("reorderProbability", reorderProbability);
        checkProbability("delayProbability", delayProbability);
        checkProbability("earlyPollProbability", earlyPollProbability);
        checkProbability("exhaustionProbability", exhaustionProbability);
        checkProbability("stallProbability", stallProbability);
        checkProbability("clockJumpProbability", clockJumpProbability);
    }

    static void checkProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", must be within 0..1");
        }
    }

    /** These with other socket buffers. */
    public SystemFaults withSocketBuffers(int bytes) {
        return new SystemFaults(
                bytes,
                shortReadProbability,
                shortWriteProbability,
                wouldBlockProbability,
                spuriousProbability,
                reorderProbability,
                delayProbability,
                earlyPollProbability,
                exhaustionProbability,
                stallProbability,
                maxStall,
                clockJumpProbability);
    }

    /** These with other probabilities of short reads, short writes, and calls that would block. */
    public SystemFaults withShortIo(double shortRead, double shortWrite, double wouldBlock) {
        return new SystemFaults(
                socketBufferBytes,
                shortRead,
                shortWrite,
                wouldBlock,
                spuriousProbability,
                reorderProbability,
                delayProbability,
                earlyPollProbability,
                exhaustionProbability,
                stallProbability,
                maxStall,
                clockJumpProbability);
    }

    /** These with other probabilities of spurious, shuffled and late events, and of polls that return early. */
    public SystemFaults withReadiness(double spurious, double reorder, double delay, double earlyPoll) {
        return new SystemFaults(
                socketBufferBytes,
                shortReadProbability,
                shortWriteProbability,
                wouldBlockProbability,
                spurious,
                reorder,
                delay,
                earlyPoll,
                exhaustionProbability,
                stallProbability,
                maxStall,
                clockJumpProbability);
    }

    /** These with other probabilities of a missing descriptor, a stall up to {@code longest}, and a jump of the wall clock. */
    public SystemFaults withHost(double exhaustion, double stall, Duration longest, double clockJump) {
        return new SystemFaults(
                socketBufferBytes,
                shortReadProbability,
                shortWriteProbability,
                wouldBlockProbability,
                spuriousProbability,
                reorderProbability,
                delayProbability,
                earlyPollProbability,
                exhaustion,
                stall,
                longest,
                clockJump);
    }
}
