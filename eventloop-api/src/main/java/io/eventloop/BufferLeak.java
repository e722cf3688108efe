package io.eventloop;

/**
 * A buffer of a guarded pool that nobody released.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param capacityBytes its capacity
 * @param acquiredAt the stack that last made somebody its owner: by acquiring it, detaching it or handing it on; in the
 *     latter cases its cause is the stack that acquired it
 */
public record BufferLeak(int capacityBytes, Throwable acquiredAt) {}
