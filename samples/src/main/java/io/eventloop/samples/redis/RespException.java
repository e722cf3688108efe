package io.eventloop.samples.redis;

/**
 * Bytes that break the Redis serialization protocol.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> the message is what the client is told, without a line end.
 */
final class RespException extends Exception {
    private static final long serialVersionUID = 1L;

    RespException(String message) {
        super(message, null, false, false);
    }
}
