package io.eventloop.testing;

import java.time.Duration;
import java.util.Objects;

/**
 * How a link between two hosts behaves. Probabilities are 0 to 1.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> a value out of range throws
 * {@link IllegalArgumentException}.
 *
 * @param latency the least time from one host to the other
 * @param jitter added to it, at random up to this
 * @param bytesPerSecond each way; 0 for no limit
 * @param maxSegmentBytes segments are of 1 to this many bytes, at random; 0 for as large as they come
 * @param resetProbability per segment: the connection is reset at a byte of it
 * @param vanishProbability per segment: the connection goes silent for good
 * @param partitionProbability per segment: the link is parted for a time
 * @param maxPartition the longest such time
 * @param refuseProbability per connect: it is answered by a reset
 * @param dropConnectProbability per first packet of a connect: it is lost, and sent again after a second
 * @param resetAfterAcceptProbability per accepted connection: it is reset at once
 */
public record LinkFaults(
        Duration latency,
        Duration jitter,
        long bytesPerSecond,
        int maxSegmentBytes,
        double resetProbability,
        double vanishProbability,
        double partitionProbability,
        Duration maxPartition,
        double refuseProbability,
        double dropConnectProbability,
        double resetAfterAcceptProbability) {

    /** A good link of 50 µs. */
    public static final LinkFaults NONE =
            new LinkFaults(Duration.ofNanos(50_000), Duration.ZERO, 0, 0, 0, 0, 0, Duration.ZERO, 0, 0, 0);

    /** Checks the ranges. */
    public LinkFaults {
        if (latency.isNegative() || jitter.isNegative() || maxPartition.isNegative()) {
            throw new IllegalArgumentException("a time is negative: " + latency + ", " + jitter + ", " + maxPartition);
        }
        if (bytesPerSecond < 0 || maxSegmentBytes < 0) {
            throw new IllegalArgumentException(
                    "bytesPerSecond is " + bytesPerSecond + ", maxSegmentBytes is " + maxSegmentBytes);
        }
        SystemFaults.checkProbability("resetProbability", resetProbability);
        SystemFaults.checkProbability("vanishProbability", vanishProbability);
        SystemFaults.checkProbability("partitionProbability", partitionProbability);
        SystemFaults.checkProbability("refuseProbability", refuseProbability);
        SystemFaults.checkProbability("dropConnectProbability", dropConnectProbability);
        SystemFaults.checkProbability("resetAfterAcceptProbability", resetAfterAcceptProbability);
    }

    /** This link with another latency and jitter. */
    public LinkFaults withLatency(Duration least, Duration random) {
        return new LinkFaults(
                least,
                random,
                bytesPerSecond,
                maxSegmentBytes,
                resetProbability,
                vanishProbability,
                partitionProbability,
                maxPartition,
                refuseProbability,
                dropConnectProbability,
                resetAfterAcceptProbability);
    }

    /** This link with another bandwidth and largest segment; 0 for no limit. */
    public LinkFaults withBandwidth(long bytesEachSecond, int segmentBytes) {
        return new LinkFaults(
                latency,
                jitter,
                bytesEachSecond,
                segmentBytes,
                resetProbability,
                vanishProbability,
                partitionProbability,
                maxPartition,
                refuseProbability,
                dropConnectProbability,
                resetAfterAcceptProbability);
    }

    /** This link with other probabilities, per segment, of a reset, of silence, and of a partition up to {@code longest}. */
    public LinkFaults withBreaks(double reset, double vanish, double partition, Duration longest) {
        return new LinkFaults(
                latency,
                jitter,
                bytesPerSecond,
                maxSegmentBytes,
                reset,
                vanish,
                partition,
                Objects.requireNonNull(longest),
                refuseProbability,
                dropConnectProbability,
                resetAfterAcceptProbability);
    }

    /** This link with other probabilities of a refused connect, a lost one, and a reset right after the accept. */
    public LinkFaults withConnectFaults(double refuse, double drop, double resetAfterAccept) {
        return new LinkFaults(
                latency,
                jitter,
                bytesPerSecond,
                maxSegmentBytes,
                resetProbability,
                vanishProbability,
                partitionProbability,
                maxPartition,
                refuse,
                drop,
                resetAfterAccept);
    }
}
