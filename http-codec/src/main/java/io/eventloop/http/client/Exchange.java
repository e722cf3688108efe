package io.eventloop.http.client;

/**
 * A request that was sent, or is to be, and its response that is awaited.
 *
 * <p><b>Threading:</b> loop-confined.
 *
 * <p><b>Ownership:</b> the client's; a reference kept beyond its end does nothing.
 *
 * <p><b>Failure:</b> told to its listener.
 */
public interface Exchange {

    /** The request as it was sent last: after redirects, another one than was given. */
    ClientRequest request();

    /**
     * Gives up: the listener is not called any more, and the connection, if there is one, ends.
     *
     * @return false if it was over before
     */
    boolean cancel();

    /** Holds the response's content back, by not reading the connection. The head is not held back. */
    void pause();

    /** Lets the content come again. */
    void resume();

    /** Whether it is completed, failed or cancelled. */
    boolean isDone();
}
