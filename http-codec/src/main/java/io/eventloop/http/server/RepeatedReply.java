package io.eventloop.http.server;

import io.eventloop.http.h1.DateCache;

/**
 * The reply that a loop sent last, in one piece with its date: as long as the next is the same, sending it is one copy. One
 * for each loop.
 */
final class RepeatedReply {
    private final byte[] bytes = new byte[OutputBatch.BYTES];
    private int length;
    private HttpReply.Prepared reply;
    private long second;

    /** Appends a reply, which is no longer than {@link OutputBatch#BYTES} with its date. */
    void write(HttpReply.Prepared next, DateCache dates, OutputBatch out) {
        if (next != reply || dates.second() != second) {
            reply = next;
            second = dates.second();
            byte[] before = next.before();
            byte[] behind = next.behind();
            System.arraycopy(before, 0, bytes, 0, before.length);
            int from = dates.copyField(bytes, before.length);
            System.arraycopy(behind, 0, bytes, from, behind.length);
            length = from + behind.length;
        }
        out.room(length).writeBytes(bytes, 0, length);
    }
}
