package io.eventloop.testing;

/** Bugs planted between the engine and what is around it, to see whether the simulation finds them. */
enum Mutation {
    /** One event that says writable does not reach the loop. */
    DROP_WRITABILITY,
    /** One wake-up does not reach the poller. */
    LOSE_WAKEUP,
    /** One buffer is released twice. */
    DOUBLE_RELEASE,
    /** One connection's end is told twice. */
    CLOSED_TWICE,
    /** One end of output, with bytes still on their way, is not sent. */
    FORGET_HALF_CLOSE
}
