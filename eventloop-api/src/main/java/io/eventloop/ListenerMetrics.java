package io.eventloop;

/**
 * Figures of one listener at one moment.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param accepted connections accepted and handed to a handler since the start
 * @param active connections open now
 * @param refused connections accepted and reset at a limit since the start
 * @param shed connections reset with the reserve descriptor, the process having none left, since the start
 * @param acceptFailures accepts the system refused since the start; each makes the listener back off
 */
public record ListenerMetrics(long accepted, long active, long refused, long shed, long acceptFailures) {}
