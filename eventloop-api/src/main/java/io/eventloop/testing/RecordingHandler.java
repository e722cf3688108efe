package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes down what it is called with, and keeps the bytes.
 *
 * <p><b>Threading:</b> loop-confined; in a simulation everything is. <b>Ownership:</b> consumes all bytes.
 *
 * <p><b>Failure:</b> never throws.
 */
public class RecordingHandler implements ConnectionHandler {
    private final List<String> callbacks = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Connection connection;
    private CloseReason reason;

    /** Nothing recorded yet. */
    public RecordingHandler() {}

    /** The names of the callbacks in their order; {@code onData} once for each run of them. */
    public final List<String> callbacks() {
        return List.copyOf(callbacks);
    }

    /** All bytes received. */
    public final byte[] received() {
        return received.toByteArray();
    }

    /** The connection, once there was a callback. */
    public final Optional<Connection> connection() {
        return Optional.ofNullable(connection);
    }

    /** Why it ended, once it has. */
    public final Optional<CloseReason> reason() {
        return Optional.ofNullable(reason);
    }

    /** Whether it has ended. */
    public final boolean isClosed() {
        return reason != null;
    }

    /** Whether this callback came. */
    public final boolean has(String callback) {
        return callbacks.contains(callback);
    }

    private void record(String callback, Connection on) {
        connection = on;
        if (!callback.equals("onData")
                || callbacks.isEmpty()
                || !callbacks.get(callbacks.size() - 1).equals("onData")) {
            callbacks.add(callback);
        }
    }

    @Override
    public void onOpen(Connection on) {
        record("onOpen", on);
    }

    @Override
    public void onData(Connection on, Buffer in) {
        record("onData", on);
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes, 0, bytes.length);
        received.writeBytes(bytes);
    }

    @Override
    public void onWritable(Connection on) {
        record("onWritable", on);
    }

    @Override
    public void onInputClosed(Connection on) {
        record("onInputClosed", on);
    }

    @Override
    public boolean onIdle(Connection on) {
        record("onIdle", on);
        return true;
    }

    @Override
    public void onDrain(Connection on) {
        record("onDrain", on);
    }

    @Override
    public void onClosed(Connection on, CloseReason why) {
        record("onClosed", on);
        reason = why;
    }
}
