package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.ProtocolViolationException;
import java.util.Objects;

/**
 * Joins a connection, a decoder and the handler of its frames.
 *
 * <p>Frames are handed on as long as whole ones are there and the connection is open, reading is not paused, and it still has
 * the same handler. After a violation, what arrives is discarded.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> one for each connection, as its decoder is.
 *
 * <p><b>Failure:</b> a violation goes to {@link FrameHandler#onViolation}. If the connection's limit of inbound bytes is below
 * the largest frame, {@link IllegalStateException} before the first byte, which ends the connection and is reported.
 */
public final class FramedHandler implements ConnectionHandler {
    private final FrameDecoder decoder;
    private final FrameHandler frames;
    private ConnectionLimits checkedLimits;
    private boolean isViolated;

    /** A handler for one connection. */
    public FramedHandler(FrameDecoder decoder, FrameHandler frames) {
        this.decoder = Objects.requireNonNull(decoder);
        this.frames = Objects.requireNonNull(frames);
    }

    @Override
    public void onOpen(Connection connection) {
        checkLimits(connection);
        frames.onOpen(connection);
    }

    private void checkLimits(Connection connection) {
        ConnectionLimits limits = connection.limits();
        if (limits != checkedLimits) {
            checkRoom("frames", decoder.maxFrameBytes(), limits);
            checkedLimits = limits;
        }
    }

    /** What is not whole has to find room among the inbound bytes. */
    static void checkRoom(String what, int maxBytes, ConnectionLimits limits) {
        if (maxBytes > limits.maxInboundBytes()) {
            throw new IllegalStateException(what + " of up to " + maxBytes
                    + " bytes need a maxInboundBytes of as many, and it" + " is " + limits.maxInboundBytes());
        }
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        checkLimits(connection);
        if (isViolated) {
            in.skip(in.readableBytes());
            return;
        }
        ConnectionHandler self = connection.handler();
        boolean more = true;
        while (more && in.isReadable()) {
            int bytes;
            try {
                bytes = decoder.next(in);
            } catch (ProtocolViolationException e) {
                in.skip(in.readableBytes());
                violated(connection, e);
                return;
            }
            more = bytes > 0
                    && handOn(connection, in, bytes)
                    && connection.state() == Connection.State.OPEN
                    && !connection.isReadingPaused()
                    && connection.handler() == self;
        }
    }

    /** Hands one frame on, and consumes it. Returns whether there is anything behind it. */
    private boolean handOn(Connection connection, Buffer in, int bytes) {
        int start = in.readIndex() + decoder.payloadOffset();
        int end = in.readIndex() + bytes;
        int payloadBytes = decoder.payloadBytes();
        if (end < in.writeIndex()) {
            in.readIndex(start);
            int hidden = in.narrow(payloadBytes);
            try {
                frames.onFrame(connection, in);
            } finally {
                in.widen(hidden);
            }
            in.readIndex(end);
            return true;
        }
        // The last one: without its trailer the payload is all there is, and may be taken over as it is.
        in.writeIndex(start + payloadBytes).readIndex(start);
        frames.onFrame(connection, in);
        if (connection.unconsumedBytes() > 0) {
            in.skip(in.readableBytes());
        }
        return false;
    }

    private void violated(Connection connection, ProtocolViolationException violation) {
        isViolated = true;
        frames.onViolation(connection, violation);
    }

    @Override
    public void onWritable(Connection connection) {
        frames.onWritable(connection);
    }

    @Override
    public void onInputClosed(Connection connection) {
        int left = connection.unconsumedBytes();
        if (isViolated) {
            connection.close();
        } else if (left > 0) {
            violated(connection, ProtocolViolationException.malformed("input ended " + left + " bytes into a frame"));
        } else {
            frames.onInputClosed(connection);
        }
    }

    @Override
    public boolean onIdle(Connection connection) {
        return frames.onIdle(connection);
    }

    @Override
    public void onDrain(Connection connection) {
        frames.onDrain(connection);
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        frames.onClosed(connection, reason);
    }
}
