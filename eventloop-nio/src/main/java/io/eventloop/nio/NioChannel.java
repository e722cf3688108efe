package io.eventloop.nio;

import io.eventloop.spi.RawChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * A channel with what its poller has to know of it. The channel is its key's attachment, so that a registration costs no
 * object beside the key. The fields are the poller's to change.
 *
 * <p><b>Threading:</b> see {@link RawChannel}. <b>Ownership:</b> see {@link RawChannel}. <b>Failure:</b> none.
 */
abstract sealed class NioChannel implements RawChannel permits NioSocket, NioListener {
    /** The poller it is registered with, or null. */
    NioPoller poller;

    SelectionKey key;
    int slot;
    int generation;

    /** What the engine waits for, in {@link io.eventloop.spi.ReadySink} constants: on by {@code awaitX}, off by the event. */
    int wanted;

    /** What the key waits for, in {@link SelectionKey} constants; follows {@code wanted} at the start of a poll. */
    int interest;

    /** Whether {@code wanted} may differ from {@code interest} and the poller has a note of it. */
    boolean isNoted;

    abstract SelectableChannel channel();

    /** The key's interest that serves {@code wanted} in the channel's present state. */
    abstract int interestForWanted();
}
