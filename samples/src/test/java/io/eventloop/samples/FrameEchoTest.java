package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.BufferPoolOptions;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.testing.DecoderFeeds;
import io.eventloop.testing.ManualClock;
import io.eventloop.testing.ScriptedPeer;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.junit.NoLeaks;
import io.eventloop.testing.junit.SimulationTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tests of docs/testing-your-protocol.md, which shows the methods. */
class FrameEchoTest {
    private static final byte[] FRAMES = {0, 0, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 2, 'b', 'c'};

    @RegisterExtension
    final NoLeaks leaks = new NoLeaks();

    @Test
    void echoesEveryFrame() {
        FrameEchoSimulation.of(FrameEcho::new, "FrameEchoTest").check(FrameEchoSimulation.SEEDS);
    }

    @Test
    void echoesAFrameThatComesInTwoParts() {
        FrameEchoSimulation.of(FrameEcho::new, "FrameEchoTest").run(4);
    }

    @Test
    void findsTheSameFramesHoweverTheyCome() {
        DecoderFeeds.check(FRAMES, 20, StringBuilder::new, (lengths, in) -> {
            for (int count = FrameEcho.frameBytes(in); count > 0; count = FrameEcho.frameBytes(in)) {
                lengths.append(count).append(' ');
                in.skip(count);
            }
        });
    }

    @SimulationTest(seeds = 100, faults = false)
    void echoesToAScript(SimulatedNetwork network) throws IOException {
        SimulatedHost server = network.host("server");
        server.group(1).listen(server.address(7), connection -> new FrameEcho());
        ScriptedPeer peer = ScriptedPeer.connect(network.host("client"), server.address(7))
                .send(new byte[] {0, 0, 0, 2, 'h'})
                .pause(Duration.ofMinutes(1)) // costs nothing
                .send(new byte[] {'i'})
                .expect(new byte[] {0, 0, 0, 2, 'h', 'i'})
                .close();
        assertTrue(network.runUntil(peer::isDone, Duration.ofMinutes(2)));
        network.run(Duration.ofMinutes(1));
    }

    @Test
    void keepsADeadlineWithoutANetwork() {
        ManualClock clock = new ManualClock(0);
        EventLoopGroup group = leaks.watch(EventLoopGroup.builder()
                .callerDriven()
                .environment(clock.environment())
                .options(LoopOptions.DEFAULT.withBuffers(
                        BufferPoolOptions.builder().guarded(true).build()))
                .build());
        EventLoop loop = group.next();
        boolean[] isOver = new boolean[1];
        loop.runOnce(0);
        loop.schedule(Duration.ofHours(1), () -> isOver[0] = true);
        clock.advance(Duration.ofHours(1).plusMillis(2));
        loop.runOnce(0);
        assertTrue(isOver[0]);
    }
}
