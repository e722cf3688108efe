package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.http.HttpFields;

/**
 * Takes the content of a request that is being sent, once.
 *
 * <p><b>Threading:</b> loop-confined.
 *
 * <p><b>Ownership:</b> {@code write} takes its buffer over, whatever the outcome. The stream is the exchange's; kept beyond
 * its end it does nothing.
 *
 * <p><b>Failure:</b> {@link io.eventloop.WriteLimitExceededException} if the connection's queue would exceed its hard bound:
 * nothing is queued, and the stream is unharmed. {@link IllegalStateException} for a write or an end after the end, more
 * bytes than were announced, or fewer: the exchange fails then, for its request cannot be completed. After the exchange is
 * over nothing throws, writes are dropped and return false.
 */
public interface RequestStream {

    /** A cleared buffer of at least so many bytes, the caller's until it is written or released. */
    Buffer acquire(int minBytes);

    /**
     * Sends a buffer's readable bytes.
     *
     * @return false to hold back until {@link RequestBody#onWritable}, or if the exchange is over
     */
    boolean write(Buffer content);

    /** Sends a copy of bytes. Returns as {@link #write(Buffer)}. */
    boolean write(byte[] content);

    /** Ends the content, and with it the request. */
    void end();

    /** Ends the content with trailer fields, which are left out unless it is sent in chunks. */
    void end(HttpFields trailers);

    /** Gives up: the content cannot be completed. The exchange fails and its connection ends. */
    void fail(Throwable cause);

    /** Bytes of content written so far, sent or not. */
    long writtenBytes();

    /** Whether more may be written: neither ended nor stopped. */
    boolean isOpen();
}
