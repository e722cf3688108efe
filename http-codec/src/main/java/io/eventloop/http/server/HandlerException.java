package io.eventloop.http.server;

/** Carries a checked exception of a handler to the place where all of them are answered. */
final class HandlerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HandlerException(Exception cause) {
        super(cause);
    }
}
