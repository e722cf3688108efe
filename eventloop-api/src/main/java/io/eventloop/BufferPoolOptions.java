package io.eventloop;

/**
 * How a loop's buffer pool is cut and bounded.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param smallBytes the smallest size class; default 4 KiB
 * @param mediumBytes the middle size class; default 16 KiB
 * @param largeBytes the largest size class, and the size of the loop's read buffer; default 64 KiB
 * @param slabBytes memory allocated at a time, for one class; default 1 MiB. Slices lie a little further apart than their
 *     size, so a slab holds one large buffer fewer than the division says
 * @param maxBytes the most memory, in slabs and unpooled, that the pool holds, at least three slabs so that every class
 *     has one; default 256 MiB. Unpooled memory counts until it is released, and is freed by the garbage collector
 * @param guarded whether misuse is detected at the call site, at a cost; default from the system property
 *     {@value #GUARDED_PROPERTY}
 */
public record BufferPoolOptions(
        int smallBytes, int mediumBytes, int largeBytes, int slabBytes, long maxBytes, boolean guarded) {

    /** The system property that turns guarded mode on for every pool whose options do not say otherwise. */
    public static final String GUARDED_PROPERTY = "io.eventloop.buffers.guarded";

    /** The defaults. */
    public static final BufferPoolOptions DEFAULT = builder().build();

    /** Checks the ranges. */
    public BufferPoolOptions {
        Ranges.check("smallBytes", smallBytes, 256, 1 << 20);
        Ranges.check("mediumBytes", mediumBytes, smallBytes, 1 << 22);
        Ranges.check("largeBytes", largeBytes, mediumBytes, 1 << 24);
        Ranges.check("slabBytes", slabBytes, largeBytes, 1 << 28);
        Ranges.check("maxBytes", maxBytes, 3L * slabBytes, Long.MAX_VALUE);
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int smallBytes = 4 << 10;
        private int mediumBytes = 16 << 10;
        private int largeBytes = 64 << 10;
        private int slabBytes = 1 << 20;
        private long maxBytes = 256L << 20;
        private boolean guarded = Boolean.getBoolean(GUARDED_PROPERTY);

        private Builder() {}

        /** The three size classes, ascending, in bytes. */
        public Builder classes(int small, int medium, int large) {
            smallBytes = small;
            mediumBytes = medium;
            largeBytes = large;
            return this;
        }

        /** Memory allocated at a time, in bytes. */
        public Builder slabBytes(int bytes) {
            slabBytes = bytes;
            return this;
        }

        /** The most memory handed out, in bytes. */
        public Builder maxBytes(long bytes) {
            maxBytes = bytes;
            return this;
        }

        /** Whether misuse is detected at the call site. */
        public Builder guarded(boolean on) {
            guarded = on;
            return this;
        }

        /** The options. */
        public BufferPoolOptions build() {
            return new BufferPoolOptions(smallBytes, mediumBytes, largeBytes, slabBytes, maxBytes, guarded);
        }
    }
}
