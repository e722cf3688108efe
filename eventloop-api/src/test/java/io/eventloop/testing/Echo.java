package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/** Sends back what comes, holding back while the peer does not take it. */
final class Echo implements ConnectionHandler {

    @Override
    public void onData(Connection connection, Buffer in) {
        if (!connection.write(in.detach())) {
            connection.pauseReading();
        }
    }

    @Override
    public void onWritable(Connection connection) {
        connection.resumeReading();
    }
}
