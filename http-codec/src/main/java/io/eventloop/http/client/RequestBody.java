package io.eventloop.http.client;

import io.eventloop.http.h1.RequestEncoder;

/**
 * The content of a request: bytes in memory, or a source that writes them as they are there.
 *
 * <p>A source gets a stream for each time the request is sent, and writes to it, at once and later, until the stream says
 * to hold back; it goes on in {@link #onWritable}. It ends the stream with {@link RequestStream#end()}.
 *
 * <p><b>Threading:</b> called on the client's loop; a body in memory is immutable.
 *
 * <p><b>Ownership:</b> none of the buffers written.
 *
 * <p><b>Failure:</b> an exception of a source ends the exchange with {@link HttpClientException.Kind#BODY_FAILED}, and its
 * connection, for the peer could not tell where the request ends.
 */
public interface RequestBody {
    /** The {@link #length()} of a body that is sent in chunks. */
    long UNKNOWN_LENGTH = RequestEncoder.UNKNOWN_LENGTH;

    /** No content. */
    RequestBody NONE = new BytesBody(new byte[0]);

    /** A copy of these bytes. */
    static RequestBody of(byte[] bytes) {
        return new BytesBody(bytes.clone());
    }

    /** Bytes of it, which is then exactly as many, or {@link #UNKNOWN_LENGTH}. */
    long length();

    /** Whether it can be sent again from the beginning, after a redirect or a connection that was lost. */
    boolean isReplayable();

    /** Begins to send it. Of one that is not replayable this is called once at most. */
    void start(RequestStream stream);

    /** The stream takes more, after it said to hold back. */
    default void onWritable(RequestStream stream) {}

    /**
     * The stream takes nothing any more although it was not ended: the exchange failed, was cancelled, or the peer has
     * answered without waiting for the rest. Called once.
     */
    default void onStopped(RequestStream stream) {}
}
