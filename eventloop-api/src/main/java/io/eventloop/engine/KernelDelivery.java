package io.eventloop.engine;

import io.eventloop.Delivery;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.TcpInfo;
import java.io.IOException;

/**
 * What the kernel said of the bytes that a socket had taken, at one moment: the last ones not acknowledged, and the last
 * ones never sent.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> what cannot be asked counts as not known.
 *
 * @param unacknowledgedBytes not acknowledged by the peer's kernel
 * @param neverSentBytes not sent, and not to be sent any more
 */
record KernelDelivery(long unacknowledgedBytes, long neverSentBytes) {
    /** Nothing is known beyond what was handed to the kernel. */
    static final KernelDelivery UNKNOWN = new KernelDelivery(0, 0);

    /** Asks, which takes an open socket. */
    static KernelDelivery of(SocketConnection connection, Loop loop) {
        RawSocket socket = connection.socket();
        if (socket == null || connection.out().bytesSent() == 0 || !loop.hasCapability(Capability.TCP_INFO)) {
            return UNKNOWN;
        }
        try {
            // A FIN takes a place among the bytes; whether it is sent does not matter, only that nothing is claimed too
            // much.
            int fin = connection.out().isEnded() ? 1 : 0;
            int unacknowledged = Math.max(0, socket.unsentBytes() - fin);
            // On a UNIX-domain socket this throws, and there the figure above is not one of bytes.
            TcpInfo info = socket.tcpInfo();
            boolean isOver = info.state() == TcpInfo.State.CLOSED;
            return new KernelDelivery(unacknowledged, isOver ? Math.max(0, info.unsentBytes() - fin) : 0);
        } catch (IOException | UnsupportedOperationException e) {
            return UNKNOWN;
        }
    }

    /** How far the last {@code bytes} bytes that the socket took had got. */
    Delivery of(long bytes) {
        if (neverSentBytes >= bytes) {
            return Delivery.NOTHING_SENT;
        }
        return unacknowledgedBytes >= bytes ? Delivery.UNACKNOWLEDGED : Delivery.SENT;
    }
}
