package io.eventloop.http.h1;

import java.io.IOException;
import java.util.List;

/** Another implementation's reading of requests. */
interface PeerParser extends AutoCloseable {

    /** A line {@code METHOD target bodyBytes} for each request, and {@code "!"} at the end if something was refused. */
    List<String> read(byte[] bytes);

    @Override
    void close() throws IOException;
}
