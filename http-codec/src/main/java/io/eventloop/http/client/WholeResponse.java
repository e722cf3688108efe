package io.eventloop.http.client;

import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpStatus;
import java.nio.charset.Charset;

/**
 * A response with all its content, as plain memory.
 *
 * <p><b>Threading:</b> may be handed to another thread. <b>Ownership:</b> the receiver's. <b>Failure:</b> none.
 *
 * @param request what it answers: after redirects, the last request
 * @param fields the header fields
 * @param content the content; not copied
 * @param trailers the trailer fields
 */
public record WholeResponse(
        ClientRequest request, HttpStatus status, HttpFields fields, byte[] content, HttpFields trailers) {

    /** The content as text. */
    public String text(Charset charset) {
        return new String(content, charset);
    }
}
