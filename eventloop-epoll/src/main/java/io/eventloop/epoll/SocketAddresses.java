package io.eventloop.epoll;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;

/**
 * Socket addresses to and from {@code struct sockaddr_in}, {@code sockaddr_in6} and {@code sockaddr_un}. An IPv4 address
 * that comes mapped into IPv6, as on dual-stack sockets, is an IPv4 address.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> an address that no socket can have throws {@link IllegalArgumentException}.
 */
final class SocketAddresses {
    /** The address of a UNIX-domain socket that was bound to no path, or to one that this process cannot name. */
    static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    /** The local address of an internet socket before it has one. */
    static final InetSocketAddress UNBOUND = new InetSocketAddress(0);

    private static final int PORT = 2;
    private static final int IPV4 = 4;
    private static final int IPV6 = 8;
    private static final int SCOPE = 24;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;
    private static final int PATH = 2;
    private static final int PATH_BYTES = 108;

    /** What the JDK encodes paths in. */
    private static final Charset PATH_CHARSET = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_WORD = 0xFFFF_0000;

    private SocketAddresses() {}

    static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress;
    }

    /** Whether an internet socket bound here takes connections to any address of the host. */
    static boolean isWildcard(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress();
    }

    /** The family of a socket for this address. */
    static int family(SocketAddress address) {
        if (isUnix(address)) {
            return Linux.AF_UNIX;
        }
        return ((InetSocketAddress) address).getAddress() instanceof Inet4Address ? Linux.AF_INET : Linux.AF_INET6;
    }

    /** Throws unless the address is one that a socket can have. */
    static void check(SocketAddress address) throws SystemCallException {
        if (address instanceof UnixDomainSocketAddress unix) {
            if (pathBytes(unix).length >= PATH_BYTES) {
                throw new SystemCallException(
                        "socket(2)",
                        "for " + unix,
                        Errno.OTHER,
                        "the path has more than " + (PATH_BYTES - 1) + " bytes");
            }
        } else if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("neither an internet nor a UNIX-domain address: " + address);
        } else if (inet.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address " + inet.getHostString() + ":" + inet.getPort());
        }
    }

    private static byte[] pathBytes(UnixDomainSocketAddress address) {
        return address.getPath().toString().getBytes(PATH_CHARSET);
    }

    /**
     * Encodes an address.
     *
     * @param family of the socket; one of IPv6 takes IPv4 addresses mapped, and its wildcard for theirs
     * @return the length of the struct
     */
    static int encode(SocketAddress address, int family, long at) {
        if (address instanceof UnixDomainSocketAddress unix) {
            byte[] path = pathBytes(unix);
            Memory.putShort(at, Linux.AF_UNIX);
            Memory.copyIn(path, at + PATH);
            Memory.putByte(at + PATH + path.length, 0);
            return path.length == 0 ? PATH : PATH + path.length + 1;
        }
        InetSocketAddress inet = (InetSocketAddress) address;
        byte[] bytes = inet.getAddress().getAddress();
        Memory.clear(at, SOCKADDR_IN6_BYTES);
        Memory.putShort(at + PORT, Short.reverseBytes((short) inet.getPort()));
        if (bytes.length == IPV4_BYTES && family != Linux.AF_INET6) {
            Memory.putShort(at, Linux.AF_INET);
            Memory.copyIn(bytes, at + IPV4);
            return SOCKADDR_IN_BYTES;
        }
        Memory.putShort(at, Linux.AF_INET6);
        if (inet.getAddress() instanceof Inet6Address six) {
            Memory.copyIn(bytes, at + IPV6);
            Memory.putInt(at + SCOPE, six.getScopeId());
        } else if (!inet.getAddress().isAnyLocalAddress()) {
            Memory.putInt(at + IPV6 + Long.BYTES, MAPPED_WORD);
            Memory.copyIn(bytes, at + IPV6 + IPV6_BYTES - IPV4_BYTES);
        }
        return SOCKADDR_IN6_BYTES;
    }

    /** Decodes what a call has filled in. */
    static SocketAddress decode(long at, int length) {
        int family = length < PATH ? Linux.AF_UNIX : Memory.getShort(at);
        return family == Linux.AF_UNIX ? unix(at, length) : internet(family, high(at), low(at), port(at), scope(at));
    }

    /** The port of an encoded internet address. */
    static int port(long at) {
        return Short.reverseBytes(Memory.getShort(at + PORT)) & 0xFFFF;
    }

    /** The first half of an encoded IPv6 address, in the order of memory. */
    static long high(long at) {
        return Memory.getShort(at) == Linux.AF_INET6 ? Memory.getLong(at + IPV6) : 0;
    }

    /** The second half of an encoded IPv6 address, in the order of memory; an IPv4 address in its second half. */
    static long low(long at) {
        return Memory.getShort(at) == Linux.AF_INET6
                ? Memory.getLong(at + IPV6 + Long.BYTES)
                : (long) Memory.getInt(at + IPV4) << Integer.SIZE;
    }

    /** The interface of an encoded IPv6 address; 0 for none. */
    static int scope(long at) {
        return Memory.getShort(at) == Linux.AF_INET6 ? Memory.getInt(at + SCOPE) : 0;
    }

    /** An internet address out of what the accessors above return; IPv4 also if it came mapped. */
    static InetSocketAddress internet(int family, long high, long low, int port, int scope) {
        boolean isMapped = high == 0 && (int) low == MAPPED_WORD;
        boolean isIpv4 = family == Linux.AF_INET || isMapped;
        byte[] bytes = new byte[isIpv4 ? IPV4_BYTES : IPV6_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            int at = IPV6_BYTES - bytes.length + i;
            bytes[i] = (byte) ((at < Long.BYTES ? high : low) >>> at % Long.BYTES * Byte.SIZE);
        }
        try {
            InetAddress address = scope == 0 || isIpv4
                    ? InetAddress.getByAddress(bytes)
                    : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            // Only a wrong number of bytes is refused.
            throw new AssertionError(e);
        }
    }

    private static UnixDomainSocketAddress unix(long at, int length) {
        int bytes = 0;
        while (bytes < length - PATH && bytes < PATH_BYTES && Memory.getByte(at + PATH + bytes) != 0) {
            bytes++;
        }
        if (bytes == 0) {
            return UNNAMED;
        }
        byte[] path = new byte[bytes];
        Memory.copyOut(at + PATH, path);
        try {
            return UnixDomainSocketAddress.of(new String(path, PATH_CHARSET));
        } catch (InvalidPathException e) {
            // The peer chose its path, and may use bytes that are no characters in the locale of this process.
            return UNNAMED;
        }
    }
}
