package io.eventloop;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Socket options to set on a socket before it is used, by the names of {@link StandardSocketOptions} and of the
 * transport's own.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p>What a family or a kind of socket does not have is left out: {@code TCP_*}, {@code IP_*} and {@code SO_KEEPALIVE} on
 * UNIX-domain sockets, and on listening sockets what only connections have.
 *
 * <p><b>Failure:</b> a value of the wrong type is refused here with {@link IllegalArgumentException}; an option the
 * transport lacks, with {@link UnsupportedOperationException}, and one that the kernel refuses, with
 * {@link SystemCallException}, when the socket is made.
 */
public final class SocketOptions {
    /** {@code TCP_NODELAY} on, all else as the kernel has it: what a server that gathers its writes wants. */
    public static final SocketOptions DEFAULT =
            builder().set(StandardSocketOptions.TCP_NODELAY, true).build();

    /** Nothing set. */
    public static final SocketOptions NONE = builder().build();

    private final Map<SocketOption<?>, Object> values;

    private SocketOptions(Map<SocketOption<?>, Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder holding these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.values.putAll(values);
        return builder;
    }

    /** The options in the order they were set; unmodifiable. */
    public Map<SocketOption<?>, Object> values() {
        return values;
    }

    @Override
    public String toString() {
        return values.toString();
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private final Map<SocketOption<?>, Object> values = new LinkedHashMap<>();

        private Builder() {}

        /** Sets one option; a later value replaces an earlier one. */
        public <T> Builder set(SocketOption<T> option, T value) {
            if (!option.type().isInstance(value)) {
                throw new IllegalArgumentException(
                        option.name() + " takes " + option.type().getSimpleName() + ", not " + value);
            }
            values.put(option, value);
            return this;
        }

        /** The options. */
        public SocketOptions build() {
            return new SocketOptions(values);
        }
    }
}
