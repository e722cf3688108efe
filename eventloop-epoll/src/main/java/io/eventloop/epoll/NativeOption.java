package io.eventloop.epoll;

import java.util.HashMap;
import java.util.Map;

/**
 * What is behind the name of a socket option: numbers, the kind of value, and which sockets take it. The table below is
 * all the transport knows.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param isInherited whether an accepted TCP socket has it from its listener
 */
record NativeOption(Kind kind, int level, int number, Side side, boolean isInherited) {

    /** How its value is handed over. */
    enum Kind {
        /** An {@code int}. */
        NUMBER,
        /** An {@code int} that is 0 or 1. */
        FLAG,
        /** Bytes, of which the kernel keeps and reports twice as many to have room for its own needs. */
        BUFFER_BYTES,
        /** {@code struct linger}; below 0 is off. */
        LINGER_SECONDS,
        /** The type of service of IPv4, which for IPv6 is the traffic class. */
        TYPE_OF_SERVICE,
        /** A number of sockets, handed over as the program that chooses among them. */
        STEERING
    }

    /** Which sockets of a listener's set of options take it. */
    enum Side {
        BOTH,
        LISTENING,
        CONNECTION
    }

    private static final Map<String, NativeOption> BY_NAME = new HashMap<>();

    static {
        inherited("SO_SNDBUF", Kind.BUFFER_BYTES, Linux.SOL_SOCKET, Linux.SO_SNDBUF);
        inherited("SO_RCVBUF", Kind.BUFFER_BYTES, Linux.SOL_SOCKET, Linux.SO_RCVBUF);
        inherited("SO_KEEPALIVE", Kind.FLAG, Linux.SOL_SOCKET, Linux.SO_KEEPALIVE);
        inherited("SO_LINGER", Kind.LINGER_SECONDS, Linux.SOL_SOCKET, Linux.SO_LINGER);
        inherited("SO_BUSY_POLL", Kind.NUMBER, Linux.SOL_SOCKET, Linux.SO_BUSY_POLL);
        inherited("TCP_NODELAY", Kind.FLAG, Linux.IPPROTO_TCP, Linux.TCP_NODELAY);
        inherited("TCP_KEEPIDLE", Kind.NUMBER, Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE);
        inherited("TCP_KEEPINTERVAL", Kind.NUMBER, Linux.IPPROTO_TCP, Linux.TCP_KEEPINTVL);
        inherited("TCP_KEEPCOUNT", Kind.NUMBER, Linux.IPPROTO_TCP, Linux.TCP_KEEPCNT);
        inherited("TCP_USER_TIMEOUT", Kind.NUMBER, Linux.IPPROTO_TCP, Linux.TCP_USER_TIMEOUT);
        inherited("IP_TRANSPARENT", Kind.FLAG, Linux.IPPROTO_IP, Linux.IP_TRANSPARENT);
        inherited("IP_FREEBIND", Kind.FLAG, Linux.IPPROTO_IP, Linux.IP_FREEBIND);
        add("IP_TOS", Kind.TYPE_OF_SERVICE, Linux.IPPROTO_IP, Linux.IP_TOS, Side.BOTH);
        add("SO_REUSEADDR", Kind.FLAG, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, Side.BOTH);
        add("SO_REUSEPORT", Kind.FLAG, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, Side.BOTH);
        add("TCP_QUICKACK", Kind.FLAG, Linux.IPPROTO_TCP, Linux.TCP_QUICKACK, Side.CONNECTION);
        add("TCP_FASTOPEN_CONNECT", Kind.FLAG, Linux.IPPROTO_TCP, Linux.TCP_FASTOPEN_CONNECT, Side.CONNECTION);
        add("TCP_DEFER_ACCEPT", Kind.NUMBER, Linux.IPPROTO_TCP, Linux.TCP_DEFER_ACCEPT, Side.LISTENING);
        add("TCP_FASTOPEN", Kind.NUMBER, Linux.IPPROTO_TCP, Linux.TCP_FASTOPEN, Side.LISTENING);
        add(
                "SO_ATTACH_REUSEPORT_CBPF",
                Kind.STEERING,
                Linux.SOL_SOCKET,
                Linux.SO_ATTACH_REUSEPORT_CBPF,
                Side.LISTENING);
    }

    private static void inherited(String name, Kind kind, int level, int number) {
        BY_NAME.put(name, new NativeOption(kind, level, number, Side.BOTH, true));
    }

    private static void add(String name, Kind kind, int level, int number, Side side) {
        BY_NAME.put(name, new NativeOption(kind, level, number, side, false));
    }

    /** The option of this name, or null. */
    static NativeOption named(String name) {
        return BY_NAME.get(name);
    }

    /** Whether UNIX-domain sockets have no use for it: bulk settings leave it out there. */
    boolean belongsToInternet() {
        return level != Linux.SOL_SOCKET
                || number == Linux.SO_KEEPALIVE
                || number == Linux.SO_BUSY_POLL
                || side == Side.LISTENING;
    }
}
