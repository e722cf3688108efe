package io.eventloop;

/**
 * How a drain ended.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param draining connections there were when the drain began, connects under way included, and those begun during it
 * @param aborted connections cut at the deadline
 */
public record DrainReport(int draining, int aborted) {}
