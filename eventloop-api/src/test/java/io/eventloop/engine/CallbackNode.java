package io.eventloop.engine;

/** A timer that runs a task. */
final class CallbackNode extends TimerNode {
    private final Runnable callback;

    CallbackNode(Runnable callback) {
        this.callback = callback;
    }

    @Override
    protected void expire(long nowNanos) {
        callback.run();
    }
}
