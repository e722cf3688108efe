package io.eventloop.samples;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Asks again and again, within a bound far beyond what anything here takes: it only turns a hang into a failure. */
final class Await {
    static final int PATIENCE_SECONDS = 30;

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not so after " + PATIENCE_SECONDS + " s: " + what);
            }
            Thread.yield();
        }
    }
}
