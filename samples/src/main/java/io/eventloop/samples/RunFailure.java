package io.eventloop.samples;

import io.eventloop.SystemCallException;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Something failed at run time; the message is all there is to say about it.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> is one.
 */
final class RunFailure extends Exception {
    private static final long serialVersionUID = 1L;

    RunFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** An address that cannot be listened on. */
    static RunFailure cannotListen(InetSocketAddress address, IOException e) {
        return new RunFailure("cannot listen on " + Addresses.text(address) + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof SystemCallException call) {
            switch (call.errno()) {
                case EADDRINUSE:
                    return "the port is in use";
                case EADDRNOTAVAIL:
                    return "the address is not of this host";
                case EACCES:
                    return "permission denied";
                default:
            }
        }
        return e.getMessage();
    }
}
