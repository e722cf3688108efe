package io.eventloop.contract;

/** An error that is nobody's real one: it ends the loop it is thrown on. */
final class Fatal extends Error {
    private static final long serialVersionUID = 1L;

    Fatal() {
        super("made by the test");
    }

    /** Throws it, where an expression is wanted. */
    static void thrown() {
        throw new Fatal();
    }
}
