package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.engine.TimerModel.CallbackFailure;
import io.eventloop.engine.TimerModel.Step;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Random work on a wheel and on {@link TimerModel}, a priority queue, must give the same expirations in the same order. */
class TimerWheelProperties {
    private static final int TIMERS = 16;
    private static final long YEAR = TimeUnit.DAYS.toNanos(365);

    /** 200 advances of at most a year stay within the 292 years that a wheel serves. */
    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    void firesWhatPriorityQueueFires(
            @ForAll("startTimes") long startNanos,
            @ForAll @IntRange(max = 24) int tickShift,
            @ForAll("steps") List<Step> steps) {
        TimerModel model = new TimerModel(startNanos, tickShift, TIMERS);
        for (Step step : steps) {
            step.apply(model);
            model.check();
        }
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void missesNothingWhenDrivenByNextDeadlineAlone(
            @ForAll("startTimes") long startNanos,
            @ForAll @IntRange(max = 24) int tickShift,
            @ForAll("delayLists") List<Long> delays) {
        TimerWheel wheel = new TimerWheel(startNanos, tickShift);
        long[] firedAt = new long[delays.size()];
        for (int i = 0; i < firedAt.length; i++) {
            int index = i;
            wheel.schedule(
                    new TimerNode() {
                        @Override
                        protected void expire(long nowNanos) {
                            firedAt[index] = nowNanos;
                        }
                    },
                    startNanos + delays.get(i));
        }
        int wakes = 0;
        while (wheel.size() > 0) {
            wheel.advance(wheel.nextDeadlineNanos(), Integer.MAX_VALUE);
            wakes++;
        }
        for (int i = 0; i < firedAt.length; i++) {
            long lateNanos = firedAt[i] - (startNanos + delays.get(i));
            assertTrue(lateNanos >= 0 && lateNanos < 1L << tickShift, "late by " + lateNanos);
        }
        assertTrue(wakes <= 11 * delays.size(), "woke " + wakes + " times"); // 11 levels with ticks of 1 ns
        assertEquals(Long.MAX_VALUE, wheel.nextDeadlineNanos());
    }

    @Provide
    Arbitrary<Long> startTimes() {
        return Arbitraries.oneOf(
                Arbitraries.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, -YEAR, Long.MAX_VALUE - 1_000_000L),
                Arbitraries.longs());
    }

    @Provide
    Arbitrary<List<Long>> delayLists() {
        return delays().filter(nanos -> nanos > 0).list().ofMaxSize(50);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> limits = Arbitraries.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 3, 1, 0);
        Arbitrary<Step> advances = Combinators.combine(delays(), limits)
                .as((nanos, limit) -> step("advance " + nanos + " limit " + limit, m -> m.advance(nanos, limit)));
        return Arbitraries.frequencyOf(
                        Tuple.of(5, schedules(callbacks())), Tuple.of(1, cancels()), Tuple.of(3, advances))
                .list()
                .ofMinSize(1)
                .ofMaxSize(200);
    }

    /** What a callback does: mostly nothing, else it arms or cancels a timer, often itself, or fails. */
    private static Arbitrary<Step> callbacks() {
        Step nothing = step("nothing", model -> {});
        Step failure = step("fail", model -> {
            throw new CallbackFailure();
        });
        return Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just(nothing)),
                Tuple.of(1, Arbitraries.just(failure)),
                Tuple.of(4, schedules(Arbitraries.just(nothing))),
                Tuple.of(3, cancels()));
    }

    private static Arbitrary<Step> schedules(Arbitrary<Step> callbacks) {
        Arbitrary<Long> extremes = Arbitraries.of(Long.MAX_VALUE, Long.MAX_VALUE - 1, -Long.MAX_VALUE, -1L, 1L);
        Arbitrary<Long> anyDelays = Arbitraries.frequencyOf(
                Tuple.of(10, delays()), Tuple.of(2, Arbitraries.just(0L)), Tuple.of(1, extremes));
        return Combinators.combine(timers(), anyDelays, callbacks)
                .as((timer, delay, callback) -> step(
                        "schedule " + timer + " after " + delay + " to " + callback,
                        model -> model.schedule(timer, delay, callback)));
    }

    private static Arbitrary<Step> cancels() {
        return timers().map(timer -> step("cancel " + timer, model -> model.cancel(timer)));
    }

    private static Arbitrary<Integer> timers() {
        return Arbitraries.integers().between(0, TIMERS - 1);
    }

    /** From a little in the past to a year, evenly spread over the orders of magnitude. */
    private static Arbitrary<Long> delays() {
        Arbitrary<Integer> widths =
                Arbitraries.integers().between(0, 54).withDistribution(RandomDistribution.uniform());
        Arbitrary<Long> randoms =
                Arbitraries.longs().between(0, Long.MAX_VALUE).withDistribution(RandomDistribution.uniform());
        return Combinators.combine(widths, randoms)
                .as((width, random) -> (random >>> (63 - width)) - (1L << width) / 16);
    }

    /** A step that prints itself when a property fails. */
    private static Step step(String text, Step action) {
        return new Step() {
            @Override
            public void apply(TimerModel model) {
                action.apply(model);
            }

            @Override
            public String toString() {
                return text;
            }
        };
    }
}
