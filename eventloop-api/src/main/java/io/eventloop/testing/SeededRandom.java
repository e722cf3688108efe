package io.eventloop.testing;

/**
 * A small generator whose sequence depends on its seed alone, on every Java version. SplitMix64 (Steele, Lea, Flood:
 * "Fast splittable pseudorandom number generators", 2014).
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none. <b>Failure:</b> none. Not for secrets.
 */
public final class SeededRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double DOUBLE_UNIT = 0x1.0p-53;

    private long state;

    /** The sequence of {@code seed}. */
    public SeededRandom(long seed) {
        state = seed;
    }

    /** Eight random bytes. */
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number in {@code 0..bound-1}; {@code bound} at least 1. */
    public int nextInt(int bound) {
        return (int) nextLong(bound);
    }

    /** A number in {@code 0..bound-1}; {@code bound} at least 1. */
    public long nextLong(long bound) {
        // The bias of the remainder, below bound / 2^63, harms no simulation.
        return (nextLong() >>> 1) % bound;
    }

    /** True with this probability, 0 to 1; a probability of 0 draws nothing, so that it changes no other choice. */
    public boolean chance(double probability) {
        return probability > 0 && (nextLong() >>> 11) * DOUBLE_UNIT < probability;
    }

    /** A generator of its own, so that what it is used for does not shift the choices of this one. */
    public SeededRandom split() {
        return new SeededRandom(nextLong());
    }
}
