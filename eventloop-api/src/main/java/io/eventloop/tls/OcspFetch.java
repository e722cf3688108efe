package io.eventloop.tls;

import java.io.IOException;
import java.net.URI;

/**
 * Takes a request to a responder and comes back with its response.
 *
 * <p><b>Threading:</b> blocks, so not on a loop. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IOException}.
 */
@FunctionalInterface
interface OcspFetch {

    /** The response, unchecked. */
    byte[] fetch(URI responder, byte[] request) throws IOException;
}
