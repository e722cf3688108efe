package io.eventloop.samples;

import org.junit.jupiter.api.Test;

/** Fails, to show how: docs/testing-your-protocol.md runs it. Its name keeps it out of the build. */
class HastyFrameEchoDemo {
    @Test
    void echoesEveryFrame() {
        FrameEchoSimulation.of(HastyFrameEcho::new, "HastyFrameEchoDemo").check(FrameEchoSimulation.SEEDS);
    }
}
