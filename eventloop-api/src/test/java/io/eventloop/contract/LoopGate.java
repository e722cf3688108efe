package io.eventloop.contract;

import io.eventloop.EventLoop;
import java.util.concurrent.CountDownLatch;

/** Holds a loop inside a task, so that several things can happen between two steps of the loop. */
public final class LoopGate {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private LoopGate() {}

    /** Runs the action on the calling thread while the loop stands still. */
    public static void whileHeld(EventLoop loop, OnLoop.Action action) {
        LoopGate gate = new LoopGate();
        loop.execute(gate::hold);
        Await.latch("the loop to enter the gate", gate.entered);
        try {
            action.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("failed while the loop was held", e);
        } finally {
            gate.released.countDown();
        }
    }

    private void hold() {
        entered.countDown();
        Await.latch("the gate to open", released);
    }
}
