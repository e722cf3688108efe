package io.eventloop.http;

/**
 * How large the parts of a message may be, and how many there may be of them. At a limit the message is refused with a
 * {@link ProtocolException}; what was read of it until then stays in the connection's bytes, so these limits bound memory.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param maxMethodBytes bytes of a method's name; default 32, the longest registered one has 17
 * @param maxStartLineBytes bytes of a request or status line, its end included; default 8 KiB, which RFC 9112 §3 recommends at least
 * @param maxFieldBytes bytes of all fields of a message, their ends and the empty line included; as much again for a trailer; default 16 KiB. Start line and fields have to fit into {@code ConnectionLimits.maxInboundBytes}
 * @param maxFields fields of a message, and of a trailer; default 100
 * @param maxEmptyLines empty lines skipped before a start line; default 1 (RFC 9112 §2.2)
 * @param maxChunkExtensionBytes bytes of all chunk extensions of a message, which are dropped; default 4 KiB
 * @param maxBodyBytes bytes of a body, without its framing; default 16 MiB
 * @param maxInterimResponses 1xx responses before the final one; default 8
 */
public record HttpLimits(
        int maxMethodBytes,
        int maxStartLineBytes,
        int maxFieldBytes,
        int maxFields,
        int maxEmptyLines,
        int maxChunkExtensionBytes,
        long maxBodyBytes,
        int maxInterimResponses) {

    /** The defaults. */
    public static final HttpLimits DEFAULT = builder().build();

    /** Checks the ranges. */
    public HttpLimits {
        check("maxMethodBytes", maxMethodBytes, 1, 1024);
        check("maxStartLineBytes", maxStartLineBytes, 64, 1 << 20);
        check("maxFieldBytes", maxFieldBytes, 64, 1 << 20);
        check("maxFields", maxFields, 1, 10000);
        check("maxEmptyLines", maxEmptyLines, 0, 16);
        check("maxChunkExtensionBytes", maxChunkExtensionBytes, 0, 1 << 20);
        check("maxBodyBytes", maxBodyBytes, 0, Long.MAX_VALUE);
        check("maxInterimResponses", maxInterimResponses, 0, 1000);
    }

    private static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder holding these limits. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.maxMethodBytes = maxMethodBytes;
        b.maxStartLineBytes = maxStartLineBytes;
        b.maxFieldBytes = maxFieldBytes;
        b.maxFields = maxFields;
        b.maxEmptyLines = maxEmptyLines;
        b.maxChunkExtensionBytes = maxChunkExtensionBytes;
        b.maxBodyBytes = maxBodyBytes;
        b.maxInterimResponses = maxInterimResponses;
        return b;
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int maxMethodBytes = 32;
        private int maxStartLineBytes = 8 << 10;
        private int maxFieldBytes = 16 << 10;
        private int maxFields = 100;
        private int maxEmptyLines = 1;
        private int maxChunkExtensionBytes = 4 << 10;
        private long maxBodyBytes = 16L << 20;
        private int maxInterimResponses = 8;

        private Builder() {}

        /** Bytes of a method's name. */
        public Builder maxMethodBytes(int bytes) {
            maxMethodBytes = bytes;
            return this;
        }

        /** Bytes of a request or status line. */
        public Builder maxStartLineBytes(int bytes) {
            maxStartLineBytes = bytes;
            return this;
        }

        /** Bytes of all fields together. */
        public Builder maxFieldBytes(int bytes) {
            maxFieldBytes = bytes;
            return this;
        }

        /** Fields of a message. */
        public Builder maxFields(int count) {
            maxFields = count;
            return this;
        }

        /** Empty lines before a start line. */
        public Builder maxEmptyLines(int count) {
            maxEmptyLines = count;
            return this;
        }

        /** Bytes of chunk extensions of a message. */
        public Builder maxChunkExtensionBytes(int bytes) {
            maxChunkExtensionBytes = bytes;
            return this;
        }

        /** Bytes of a body. */
        public Builder maxBodyBytes(long bytes) {
            maxBodyBytes = bytes;
            return this;
        }

        /** 1xx responses before the final one. */
        public Builder maxInterimResponses(int count) {
            maxInterimResponses = count;
            return this;
        }

        /** The limits. */
        public HttpLimits build() {
            return new HttpLimits(
                    maxMethodBytes,
                    maxStartLineBytes,
                    maxFieldBytes,
                    maxFields,
                    maxEmptyLines,
                    maxChunkExtensionBytes,
                    maxBodyBytes,
                    maxInterimResponses);
        }
    }
}
