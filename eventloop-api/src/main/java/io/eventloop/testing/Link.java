package io.eventloop.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * The way from one host to another: latency, bandwidth, partitions.
 *
 * <p>A packet that arrives while the link is parted is held back and sent again after the partition, as TCP's
 * retransmission would; SYNs are dropped, they have a timer of their own.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class Link {
    /** TCP's least retransmission timeout; a healed link sees the packets again within it. */
    private static final long RETRANSMIT_NANOS = 200_000_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private record Parked(Step step, Object target, long a, long b) {}

    private final Scheduler scheduler;
    private final SimulatedHost from;
    private final SimulatedHost to;
    private final SeededRandom random;
    private final List<Parked> parked = new ArrayList<>();
    private LinkFaults faults;
    private long latencyNanos;
    private long jitterNanos;
    private long freeAtNanos;
    private boolean parted;
    private long partedUntil;

    Link(Scheduler scheduler, SimulatedHost from, SimulatedHost to, LinkFaults faults, SeededRandom random) {
        this.scheduler = scheduler;
        this.from = from;
        this.to = to;
        this.random = random;
        faults(faults);
    }

    void faults(LinkFaults next) {
        faults = next;
        latencyNanos = next.latency().toNanos();
        jitterNanos = next.jitter().toNanos();
    }

    LinkFaults faults() {
        return faults;
    }

    SeededRandom random() {
        return random;
    }

    boolean isParted() {
        return parted;
    }

    /** When a packet of {@code bytes} sent now arrives, if not before {@code notBefore}. */
    long arrival(int bytes, long notBefore) {
        long depart = scheduler.nowNanos();
        if (faults.bytesPerSecond() > 0) {
            depart = Math.max(depart, freeAtNanos) + bytes * NANOS_PER_SECOND / faults.bytesPerSecond();
            freeAtNanos = depart;
        }
        long arrive = depart + latencyNanos;
        if (jitterNanos > 0) {
            arrive += random.nextLong(jitterNanos);
        }
        return Math.max(arrive, notBefore);
    }

    /** The size of the next segment of at most {@code bytes}. */
    int segment(long bytes) {
        int most = (int) Math.min(bytes, 64 << 10);
        return faults.maxSegmentBytes() == 0 ? most : Math.min(most, 1 + random.nextInt(faults.maxSegmentBytes()));
    }

    /** Begins a partition by chance. */
    void maybePart() {
        if (!parted && random.chance(faults.partitionProbability())) {
            long length = 1 + random.nextLong(Math.max(1, faults.maxPartition().toNanos()));
            partition(scheduler.nowNanos() + length);
            scheduler.link(to, from).partition(scheduler.nowNanos() + length);
        }
    }

    void partition(long untilNanos) {
        if (parted) {
            return;
        }
        parted = true;
        partedUntil = untilNanos;
        scheduler.note(Step.PARTITIONED, from, to.index(), untilNanos - scheduler.nowNanos(), 0);
        if (untilNanos != Long.MAX_VALUE) {
            scheduler.at(untilNanos, Step.HEALED, this, untilNanos, 0);
        }
    }

    /** The time of a partition that began by chance is over. */
    void healed(long untilNanos) {
        if (parted && partedUntil == untilNanos) {
            heal();
        }
    }

    void heal() {
        if (!parted) {
            return;
        }
        parted = false;
        scheduler.note(Step.HEALED, from, to.index(), parked.size(), 0);
        for (Parked packet : parked) {
            scheduler.after(
                    latencyNanos + random.nextLong(RETRANSMIT_NANOS), packet.step, packet.target, packet.a, packet.b);
        }
        parked.clear();
    }

    void park(Step step, Object target, long a, long b) {
        parked.add(new Parked(step, target, a, b));
    }
}
