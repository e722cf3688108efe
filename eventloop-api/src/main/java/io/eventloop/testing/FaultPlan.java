package io.eventloop.testing;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * The faults of one run, of every link and host that is not given others.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param link of links
 * @param system of hosts
 */
public record FaultPlan(LinkFaults link, SystemFaults system) {

    /** No faults. */
    public static final FaultPlan NONE = new FaultPlan(LinkFaults.NONE, SystemFaults.NONE);

    /** Above this a link or a buffer counts as good, so that a random plan can be reduced to it. */
    private static final double OFTEN = 0.3;

    /** Neither is null. */
    public FaultPlan {
        Objects.requireNonNull(link);
        Objects.requireNonNull(system);
    }

    /** About half of all kinds, each as strong as the seed says: runs differ more than if all faults were always on. */
    public static FaultPlan random(long seed) {
        SeededRandom random = new SeededRandom(seed ^ 0x6661756C7473L);
        FaultPlan plan = all(random);
        for (FaultKind kind : FaultKind.values()) {
            if (random.nextInt(2) == 0) {
                plan = plan.without(kind);
            }
        }
        return plan;
    }

    /** Every kind, each as strong as the generator says. */
    public static FaultPlan all(SeededRandom random) {
        LinkFaults link = LinkFaults.NONE
                .withLatency(Duration.ofNanos(1_000 + random.nextLong(2_000_000)), micros(random, 20_000))
                .withBandwidth(20_000 + random.nextLong(2_000_000), 1 + random.nextInt(3000))
                .withBreaks(upTo(random, 0.01), upTo(random, 0.003), upTo(random, 0.005), micros(random, 3_000_000))
                .withConnectFaults(upTo(random, 0.2), upTo(random, 0.2), upTo(random, 0.2));
        SystemFaults system = SystemFaults.NONE
                .withSocketBuffers(1 << (8 + random.nextInt(9)))
                .withShortIo(upTo(random, OFTEN), upTo(random, OFTEN), upTo(random, OFTEN))
                .withReadiness(upTo(random, OFTEN), upTo(random, 1), upTo(random, OFTEN), upTo(random, OFTEN))
                .withHost(upTo(random, 0.1), upTo(random, 0.01), micros(random, 300_000), upTo(random, 0.01));
        return new FaultPlan(link, system);
    }

    private static double upTo(SeededRandom random, double most) {
        return most * random.nextInt(1 << 20) / (1 << 20);
    }

    private static Duration micros(SeededRandom random, int most) {
        return Duration.ofNanos(1_000L * (1 + random.nextInt(most)));
    }

    /** The kinds that are on. */
    public Set<FaultKind> kinds() {
        Set<FaultKind> on = EnumSet.noneOf(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            if (!without(kind).equals(this)) {
                on.add(kind);
            }
        }
        return on;
    }

    /** This plan with one kind switched off. */
    public FaultPlan without(FaultKind kind) {
        LinkFaults l = link;
        SystemFaults s = system;
        Duration zero = Duration.ZERO;
        double p = l.partitionProbability();
        double refuse = l.refuseProbability();
        double drop = l.dropConnectProbability();
        double afterAccept = l.resetAfterAcceptProbability();
        double reset = l.resetProbability();
        double vanish = l.vanishProbability();
        Duration longest = l.maxPartition();
        double spurious = s.spuriousProbability();
        double reorder = s.reorderProbability();
        double delay = s.delayProbability();
        double early = s.earlyPollProbability();
        double shortRead = s.shortReadProbability();
        double shortWrite = s.shortWriteProbability();
        double block = s.wouldBlockProbability();
        double exhaustion = s.exhaustionProbability();
        double stall = s.stallProbability();
        double jump = s.clockJumpProbability();
        return switch (kind) {
            case JITTER -> of(l.withLatency(l.latency(), zero));
            case SLOW_LINK -> of(l.withBandwidth(0, l.maxSegmentBytes()));
            case SEGMENTATION -> of(l.withBandwidth(l.bytesPerSecond(), 0));
            case SMALL_BUFFERS -> of(s.withSocketBuffers(SystemFaults.NONE.socketBufferBytes()));
            case RESET -> of(l.withBreaks(0, vanish, p, longest));
            case VANISH -> of(l.withBreaks(reset, 0, p, longest));
            case PARTITION -> of(l.withBreaks(reset, vanish, 0, zero));
            case REFUSE -> of(l.withConnectFaults(0, drop, afterAccept));
            case DROP_CONNECT -> of(l.withConnectFaults(refuse, 0, afterAccept));
            case RESET_AFTER_ACCEPT -> of(l.withConnectFaults(refuse, drop, 0));
            case SHORT_READ -> of(s.withShortIo(0, shortWrite, block));
            case SHORT_WRITE -> of(s.withShortIo(shortRead, 0, block));
            case WOULD_BLOCK -> of(s.withShortIo(shortRead, shortWrite, 0));
            case SPURIOUS_READINESS -> of(s.withReadiness(0, reorder, delay, early));
            case REORDERED_READINESS -> of(s.withReadiness(spurious, 0, delay, early));
            case DELAYED_READINESS -> of(s.withReadiness(spurious, reorder, 0, early));
            case EARLY_POLL -> of(s.withReadiness(spurious, reorder, delay, 0));
            case EXHAUSTION -> of(s.withHost(0, stall, s.maxStall(), jump));
            case STALL -> of(s.withHost(exhaustion, 0, zero, jump));
            case CLOCK_JUMP -> of(s.withHost(exhaustion, stall, s.maxStall(), 0));
        };
    }

    private FaultPlan of(LinkFaults other) {
        return new FaultPlan(other, system);
    }

    private FaultPlan of(SystemFaults other) {
        return new FaultPlan(link, other);
    }
}
