package io.eventloop.epoll;

import java.net.SocketOption;

/**
 * Socket options of Linux that {@link java.net.StandardSocketOptions} does not have, under the names of tcp(7), ip(7)
 * and socket(7), with their units. The transport {@code epoll} takes these, the standard ones, and those of
 * {@code jdk.net.ExtendedSocketOptions} that have the same name.
 *
 * <p>In one set of options for a listener, those for listening sockets and those for connections may stand side by side:
 * each socket gets its own.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a negative number is refused with {@link IllegalArgumentException}, what the kernel refuses with
 * {@link io.eventloop.SystemCallException}: {@code setsockopt(2) IP_TRANSPARENT=true: EPERM}.
 */
public final class EpollSocketOptions {
    /** Seconds of silence before the first keep-alive probe; {@code SO_KEEPALIVE} switches probing on. */
    public static final SocketOption<Integer> TCP_KEEPIDLE_SECONDS = number("TCP_KEEPIDLE");

    /** Seconds between keep-alive probes; {@code TCP_KEEPINTVL} in tcp(7). */
    public static final SocketOption<Integer> TCP_KEEPINTERVAL_SECONDS = number("TCP_KEEPINTERVAL");

    /** Unanswered keep-alive probes before the connection fails; {@code TCP_KEEPCNT} in tcp(7). */
    public static final SocketOption<Integer> TCP_KEEPCOUNT = number("TCP_KEEPCOUNT");

    /** Milliseconds that sent bytes may stay unacknowledged before the connection fails; 0 leaves it to the kernel. */
    public static final SocketOption<Integer> TCP_USER_TIMEOUT_MILLIS = number("TCP_USER_TIMEOUT");

    /** Whether the next acknowledgement is sent at once; the kernel takes it back by itself, and it is not inherited. */
    public static final SocketOption<Boolean> TCP_QUICKACK = flag("TCP_QUICKACK");

    /**
     * Listening sockets: seconds for which a connection is kept from being accepted while its peer sends nothing,
     * rounded up by the kernel to a number of retransmissions; 0 for never.
     */
    public static final SocketOption<Integer> TCP_DEFER_ACCEPT_SECONDS = number("TCP_DEFER_ACCEPT");

    /** Listening sockets: how many connections may wait whose first bytes came with their SYN (RFC 7413); 0 for none. */
    public static final SocketOption<Integer> TCP_FASTOPEN_QUEUE = number("TCP_FASTOPEN");

    /**
     * Connecting sockets: the first bytes written go with the SYN where the peer's cookie is known (RFC 7413). The connect
     * then counts as done before the peer has answered, and its failure is that of the first read or write.
     */
    public static final SocketOption<Boolean> TCP_FASTOPEN_CONNECT = flag("TCP_FASTOPEN_CONNECT");

    /** Microseconds for which a blocking poll may busy-wait on the device; to raise it needs {@code CAP_NET_ADMIN}. */
    public static final SocketOption<Integer> SO_BUSY_POLL_MICROS = number("SO_BUSY_POLL");

    /** Whether addresses that are not the host's may be bound and accepted for; needs {@code CAP_NET_ADMIN}. */
    public static final SocketOption<Boolean> IP_TRANSPARENT = flag("IP_TRANSPARENT");

    /** Whether an address may be bound that the host does not have, or not yet. */
    public static final SocketOption<Boolean> IP_FREEBIND = flag("IP_FREEBIND");

    /**
     * Listening sockets that share an address: steers each connection to the one whose number, in the order of their
     * binding, is that of the CPU it arrived on, modulo this value, which is the number of sockets. Set on one, it is good
     * for all. A loop that is bound to a CPU then gets what that CPU received. Cannot be read.
     */
    public static final SocketOption<Integer> SO_ATTACH_REUSEPORT_CBPF_SOCKETS = number("SO_ATTACH_REUSEPORT_CBPF");

    private record Option<T>(String name, Class<T> type) implements SocketOption<T> {}

    private EpollSocketOptions() {}

    private static SocketOption<Integer> number(String name) {
        return new Option<>(name, Integer.class);
    }

    private static SocketOption<Boolean> flag(String name) {
        return new Option<>(name, Boolean.class);
    }
}
