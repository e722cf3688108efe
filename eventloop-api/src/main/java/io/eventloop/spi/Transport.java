package io.eventloop.spi;

import io.eventloop.SocketOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Makes the pollers and sockets of one group.
 *
 * <p><b>Threading:</b> thread-safe.
 *
 * <p><b>Ownership:</b> what it returns is the caller's to close.
 *
 * <p><b>Failure:</b> {@link io.eventloop.SystemCallException} names the call and the reason; a failed call leaves no
 * descriptor open.
 */
public interface Transport {

    /** The provider's name. */
    String name();

    /** What it can do beyond the contract. */
    Set<Capability> capabilities();

    /** A poller for one loop. */
    Poller openPoller() throws IOException;

    /**
     * A listening socket: bound, listening, non-blocking, close-on-exec.
     *
     * @param local an {@link java.net.InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}
     * @param backlog connections the kernel keeps ready to accept
     * @param reusePort whether other listeners may share the address; needs {@link Capability#REUSE_PORT}
     * @param options for the listening socket; buffer sizes are inherited by accepted ones
     */
    RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options) throws IOException;

    /**
     * A socket of the address's family: not connected, non-blocking, close-on-exec, options set.
     *
     * @param remote the address it will connect to
     */
    RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException;

    /** The address of a direct buffer's index 0 where this transport works with addresses, otherwise 0. */
    long address(ByteBuffer direct);
}
