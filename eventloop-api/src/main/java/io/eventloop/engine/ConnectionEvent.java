package io.eventloop.engine;

/** A change in the state of a connection, as {@link ConnectionEvents} keeps it. At most 32: they are stored in five bits. */
enum ConnectionEvent {
    PAUSED("reading paused by the handler"),
    PAUSED_WHILE_FULL("reading paused by the handler while the queue was above the high-water mark"),
    RESUMED("reading resumed"),
    ABOVE_HIGH("queue above the high-water mark"),
    BELOW_LOW("queue down to the low-water mark, handler told"),
    BLOCKED("queued bytes wait: the system takes no more"),
    ALL_TAKEN("all that waited was taken"),
    WRITE_REFUSED("a write refused at the queue's bound"),
    INPUT_ENDED("the peer's FIN read"),
    OUTPUT_ENDING("our output to end after what is queued"),
    OUTPUT_ENDED("our FIN sent"),
    WRITE_FAILED("a write failed"),
    FAILURE_SEEN("a failure of the socket reported by the poller"),
    HANDLER_REPLACED("handler replaced"),
    LIMITS_REPLACED("limits replaced"),
    FORWARDING("forwarding inside the kernel begun"),
    FORWARDED("forwarding inside the kernel ended"),
    IDLE("idle timeout passed, handler asked"),
    CLOSE_ASKED("close() called, close timeout running"),
    ABORT_ASKED("abort() called"),
    ENDED("end");

    private final String phrase;

    ConnectionEvent(String phrase) {
        this.phrase = phrase;
    }

    String phrase() {
        return phrase;
    }
}
