package io.eventloop.spi;

/**
 * Receives readiness from {@link Poller#poll}.
 *
 * <p><b>Threading:</b> called on the polling thread, within {@code poll}.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> never throws.
 */
@FunctionalInterface
public interface ReadySink {
    /** A read, or an accept, is worth trying. */
    int READABLE = 1;

    /** A write, or finishing a connect, is worth trying. */
    int WRITABLE = 2;

    /** The peer ended its output, or sent urgent data: behind a short read there is more to be read, or the end. */
    int INPUT_ENDED = 4;

    /** The socket failed: the next call on it tells why. */
    int ERROR = 8;

    /**
     * A registration became ready. An event of an older generation of the slot is dropped by the engine.
     *
     * @param readyOps a union of the constants above; a hint, never a proof
     */
    void ready(int slot, int generation, int readyOps);
}
