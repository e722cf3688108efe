package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/** Echoes until its group drains; then closes, every other one. */
final class Drained implements ConnectionHandler {
    private final Echo echo = new Echo();
    private final int[] drained;

    Drained(int[] drained) {
        this.drained = drained;
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        echo.onData(connection, in);
    }

    @Override
    public void onWritable(Connection connection) {
        echo.onWritable(connection);
    }

    @Override
    public void onDrain(Connection connection) {
        drained[0]++;
        if (drained[0] % 2 == 0) {
            connection.close();
        }
    }
}
