package io.eventloop.http.server;

/** What a server counts, on each loop by itself. */
enum ServerCounter {
    OPENED,
    CLOSED,
    REQUESTS,
    RESPONSES_1XX,
    RESPONSES_2XX,
    RESPONSES_3XX,
    RESPONSES_4XX,
    RESPONSES_5XX,
    UPGRADED,
    ABORTED,
    HANDLER_FAILURES,
    ADDRESSES_REFUSED,
    RATE_LIMITED,
    OVERLOADED,
    HEAD_TIMEOUTS,
    PARTIAL_HEADS_ENDED,
    BODY_TIMEOUTS,
    HANDLER_TIMEOUTS,
    IDLE_TIMEOUTS,
    WRITE_TIMEOUTS,
    DRAIN_CUT
}
