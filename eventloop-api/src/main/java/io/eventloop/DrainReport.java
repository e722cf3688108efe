package io.eventloop;

/**
 * How a drain ended.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param draining connections open when the drain began, and those established during it
 * @param aborted connections cut at the deadline
 */
public record DrainReport(int draining, int aborted) {}
