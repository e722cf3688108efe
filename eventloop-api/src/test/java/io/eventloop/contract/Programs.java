package io.eventloop.contract;

import java.io.IOException;

/** Starts programs in a way that leaves no descriptor behind when they have ended. */
public final class Programs {
    private Programs() {}

    /**
     * Starts a program that reads nothing and whose errors go elsewhere than into a pipe of their own. The JDK closes
     * what is left open of its pipes a moment after the end of the program is known, while another test may be counting.
     * Its output is the caller's to close.
     */
    public static Process start(ProcessBuilder program) throws IOException {
        Process child = program.start();
        child.getOutputStream().close();
        child.getErrorStream().close();
        return child;
    }
}
