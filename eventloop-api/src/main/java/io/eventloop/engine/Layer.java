package io.eventloop.engine;

/**
 * The handler of a connection that is a connection itself, to a handler above it. Buffers that it holds for that one
 * are the connection's as far as memory goes: they count when it is decided who is paused or reset to free memory.
 *
 * <p>{@link LoopGovernor} calls all of it, never within a callback of the connection.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns what it holds. <b>Failure:</b> none.
 */
public interface Layer {
    /** Pooled memory, by capacity, of what waits to be written to the connection. */
    long heldOutboundBytes();

    /** Pooled memory, by capacity, of what was made of inbound bytes and not consumed. */
    long heldInboundBytes();

    /** Gives all of it back: the connection was ended to free memory, and tells so later. */
    void discard();
}
