package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/** Sends a number of known bytes in pieces, ends its output, and checks that the same bytes come back. */
final class PatternClient implements ConnectionHandler {
    private final StreamPattern outbound;
    private final StreamPattern inbound;
    private final long total;
    private final int pieceBytes;
    private boolean inputClosed;
    private CloseReason reason;

    PatternClient(SimulatedNetwork network, int number, long total, int pieceBytes) {
        this.outbound = new StreamPattern(network, "client " + number + " out", number);
        this.inbound = new StreamPattern(network, "client " + number + " in", number);
        this.total = total;
        this.pieceBytes = pieceBytes;
    }

    @Override
    public void onOpen(Connection connection) {
        send(connection);
    }

    private void send(Connection connection) {
        boolean more = connection.isWritable();
        while (more && outbound.position() < total) {
            int count = (int) Math.min(pieceBytes, total - outbound.position());
            Buffer piece = connection.loop().buffers().acquire(count);
            outbound.write(piece, count);
            more = connection.write(piece);
        }
        if (outbound.position() == total) {
            connection.shutdownOutput();
        }
    }

    @Override
    public void onWritable(Connection connection) {
        if (outbound.position() < total) {
            send(connection);
        }
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        inbound.read(in);
    }

    @Override
    public void onInputClosed(Connection connection) {
        inputClosed = true;
        connection.close();
    }

    @Override
    public void onClosed(Connection connection, CloseReason why) {
        reason = why;
    }

    boolean isOver() {
        return reason != null;
    }

    CloseReason reason() {
        return reason;
    }

    /** Whether all came back, in order and orderly ended. */
    boolean isComplete() {
        return inputClosed && inbound.position() == total;
    }

    boolean isInputClosed() {
        return inputClosed;
    }

    /** Whether the server may have ended early, on purpose. */
    boolean isCut() {
        return inbound.position() < total;
    }

    long received() {
        return inbound.position();
    }

    long sent() {
        return outbound.position();
    }
}
