package io.eventloop.engine;

import io.eventloop.engine.TimerModel.CallbackFailure;
import io.eventloop.engine.TimerModel.Step;
import java.nio.ByteBuffer;

/** Any work on a timer wheel gives the expirations that the same work on a priority queue gives. */
public final class TimerWheelFuzz {
    private static final int TIMERS = 16;
    private static final int HEADER_BYTES = 9;
    private static final int STEP_BYTES = 5;

    private static final long MAX_ADVANCE_NANOS = 1L << 54;

    /** As many advances, of 208 days at most, stay within the 292 years that a wheel serves. */
    private static final int MAX_STEPS = 400;

    private TimerWheelFuzz() {}

    /** The time at the start, the length of a tick, and a step for every five bytes. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        if (in.remaining() < HEADER_BYTES) {
            return;
        }
        TimerModel model = new TimerModel(in.getLong(), (in.get() & 0xFF) % 25, TIMERS);
        for (int i = 0; i < MAX_STEPS && in.remaining() >= STEP_BYTES; i++) {
            step(in, true).apply(model);
            model.check();
        }
    }

    /** Reads what to do, with which timer, and when; what to do at its expiration is the next step, if a bit says so. */
    private static Step step(ByteBuffer in, boolean mayNest) {
        int kind = in.get() & 0xFF;
        int timer = in.get() & 0xFF;
        long delay = delay(in.get(), in.getShort());
        return switch (kind & 7) {
            case 0 -> model -> model.cancel(timer % TIMERS);
            case 1, 2, 3 -> model -> model.advance(bounded(delay), (kind & 8) == 0 ? Integer.MAX_VALUE : timer & 3);
            default -> {
                boolean nests = mayNest && (kind & 16) != 0 && in.remaining() >= STEP_BYTES;
                Step callback = nests ? callback(in) : model -> {};
                yield model -> model.schedule(timer % TIMERS, delay, callback);
            }
        };
    }

    /** A callback may arm, cancel and fail, but not advance. */
    private static Step callback(ByteBuffer in) {
        int kind = in.get(in.position()) & 7;
        if (kind >= 1 && kind <= 3) {
            in.position(in.position() + STEP_BYTES);
            return model -> {
                throw new CallbackFailure();
            };
        }
        return step(in, false);
    }

    private static long bounded(long nanos) {
        return Math.max(-MAX_ADVANCE_NANOS, Math.min(MAX_ADVANCE_NANOS, nanos));
    }

    /** From a little in the past to 208 days; the ends of the range are those of a long. */
    private static long delay(byte width, short number) {
        if (number == Short.MAX_VALUE) {
            return Long.MAX_VALUE - (width & 1);
        }
        if (number == Short.MIN_VALUE) {
            return -Long.MAX_VALUE;
        }
        long nanos = (long) number << (width & 0xFF) % 40;
        return nanos < 0 ? nanos / 16 : nanos;
    }
}
