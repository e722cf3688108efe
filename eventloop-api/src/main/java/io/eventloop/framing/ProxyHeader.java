package io.eventloop.framing;

import io.eventloop.Connection;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a PROXY protocol header says: for whom a proxy opened this connection, and to where that client had connected.
 *
 * <p>Whoever may send this header may claim to be any client. Accept it only on an address that nobody but the proxies can
 * reach, or from their addresses alone, see {@link ProxyHeaderOptions}, and never trust what it says further than the proxy.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for addresses that no header can carry.
 */
public final class ProxyHeader {
    /** The longest header of version 1, line end included, as the protocol says. */
    public static final int MAX_V1_BYTES = 107;

    /** The longest header of version 2 that is accepted or written; the protocol's own bound is 16 times that. */
    public static final int MAX_V2_BYTES = 4096;

    /** The most fields of version 2 that are accepted or written. */
    public static final int MAX_TLVS = 64;

    /** The longest path of a UNIX-domain socket. */
    static final int MAX_PATH_BYTES = 108;

    /** On whose behalf the connection was opened. */
    public enum Command {
        /** The proxy's own, as for a health check: the connection's own addresses are the ones that count. */
        LOCAL,
        /** A client's. */
        PROXY
    }

    /** The kind of both addresses. */
    public enum Family {
        /** None given. */
        UNSPECIFIED,
        /** IPv4 addresses and ports. */
        INET,
        /** IPv6 addresses and ports. */
        INET6,
        /** Paths of UNIX-domain sockets. */
        UNIX
    }

    /** How the client is connected to the proxy. */
    public enum Transport {
        /** Not told. */
        UNSPECIFIED,
        /** TCP, or a UNIX-domain stream. */
        STREAM,
        /** UDP, or UNIX-domain datagrams. */
        DATAGRAM
    }

    private static final ProxyHeader LOCAL =
            new ProxyHeader(Command.LOCAL, Family.UNSPECIFIED, Transport.UNSPECIFIED, null, null, List.of());

    private static final ProxyHeader UNSPECIFIED =
            new ProxyHeader(Command.PROXY, Family.UNSPECIFIED, Transport.UNSPECIFIED, null, null, List.of());

    private final Command command;
    private final Family family;
    private final Transport transport;
    private final SocketAddress source;
    private final SocketAddress destination;
    private final List<ProxyTlv> tlvs;

    private ProxyHeader(
            Command command,
            Family family,
            Transport transport,
            SocketAddress source,
            SocketAddress destination,
            List<ProxyTlv> tlvs) {
        this.command = command;
        this.family = family;
        this.transport = transport;
        this.source = source;
        this.destination = destination;
        this.tlvs = tlvs;
    }

    /** A connection of the proxy's own; also what stands for a header that was not sent where it is optional. */
    public static ProxyHeader local() {
        return LOCAL;
    }

    /** A client's connection whose addresses are not told. */
    public static ProxyHeader unspecified() {
        return UNSPECIFIED;
    }

    /**
     * A client's stream.
     *
     * @param source the client's address
     * @param destination the address the client connected to; if just one of the two is IPv4, it is mapped to IPv6
     */
    public static ProxyHeader of(SocketAddress source, SocketAddress destination) {
        Family family = family(source, destination);
        if (family == Family.INET6) {
            return new ProxyHeader(
                    Command.PROXY, family, Transport.STREAM, inet6(source), inet6(destination), List.of());
        }
        return new ProxyHeader(Command.PROXY, family, Transport.STREAM, source, destination, List.of());
    }

    /** What to tell a backend of a client's connection. */
    public static ProxyHeader of(Connection client) {
        return of(client.remoteAddress(), client.localAddress());
    }

    private static Family family(SocketAddress source, SocketAddress destination) {
        if (source instanceof InetSocketAddress from && destination instanceof InetSocketAddress to) {
            if (from.isUnresolved() || to.isUnresolved()) {
                throw new IllegalArgumentException((from.isUnresolved() ? from : to) + " is not resolved");
            }
            boolean isFour = from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address;
            return isFour ? Family.INET : Family.INET6;
        }
        if (source instanceof UnixDomainSocketAddress from && destination instanceof UnixDomainSocketAddress to) {
            checkPath(from);
            checkPath(to);
            return Family.UNIX;
        }
        throw new IllegalArgumentException("no header for a connection from " + source + " to " + destination);
    }

    private static void checkPath(UnixDomainSocketAddress address) {
        int bytes = ProxyV2.pathBytes(address).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new IllegalArgumentException("path of " + bytes + " bytes, the limit is " + MAX_PATH_BYTES);
        }
    }

    /** The same without a scope, which means something on its own host only, and as an IPv6 address in any case. */
    private static InetSocketAddress inet6(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        InetAddress host = inet.getAddress();
        byte[] bytes = host.getAddress();
        if (host instanceof Inet4Address) {
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xFF;
            mapped[11] = (byte) 0xFF;
            System.arraycopy(bytes, 0, mapped, 12, 4);
            bytes = mapped;
        } else if (((Inet6Address) host).getScopeId() == 0 && ((Inet6Address) host).getScopedInterface() == null) {
            return inet;
        }
        return new InetSocketAddress(IpLiterals.inet6(bytes), inet.getPort());
    }

    /** The same for another kind of transport. */
    public ProxyHeader withTransport(Transport value) {
        if ((value == Transport.UNSPECIFIED) != (family == Family.UNSPECIFIED)) {
            throw new IllegalArgumentException("transport " + value + " with addresses of family " + family);
        }
        return new ProxyHeader(command, family, value, source, destination, tlvs);
    }

    /** The same with these fields, which only a client's connection with addresses, told by version 2, can have. */
    public ProxyHeader withTlvs(List<ProxyTlv> fields) {
        FrameRanges.check("number of fields", fields.size(), 0, MAX_TLVS);
        if (!fields.isEmpty() && family == Family.UNSPECIFIED) {
            throw new IllegalArgumentException("fields without addresses would be ignored");
        }
        int bytes = ProxyV2.FIXED_BYTES + ProxyV2.addressBytes(family) + ProxyTlv.HEADER_BYTES + Integer.BYTES;
        for (ProxyTlv field : fields) {
            bytes += ProxyTlv.HEADER_BYTES + field.valueBytes();
            if (field.type() == ProxyTlv.CRC32C) {
                throw new IllegalArgumentException("the checksum is not given, but computed");
            }
        }
        if (bytes > MAX_V2_BYTES) {
            throw new IllegalArgumentException(
                    "header of " + bytes + " bytes with its checksum, the limit is " + MAX_V2_BYTES);
        }
        return new ProxyHeader(command, family, transport, source, destination, List.copyOf(fields));
    }

    /** What a decoder read, where the limits are known to be kept. */
    ProxyHeader withDecoded(Transport value, List<ProxyTlv> fields) {
        return new ProxyHeader(command, family, value, source, destination, List.copyOf(fields));
    }

    /** On whose behalf the connection was opened. */
    public Command command() {
        return command;
    }

    /** The kind of both addresses. */
    public Family family() {
        return family;
    }

    /** How the client is connected to the proxy. */
    public Transport transport() {
        return transport;
    }

    /** The client's address; empty if the family is unspecified. */
    public Optional<SocketAddress> source() {
        return Optional.ofNullable(source);
    }

    /** The address the client connected to; empty if the family is unspecified. */
    public Optional<SocketAddress> destination() {
        return Optional.ofNullable(destination);
    }

    /** The fields of version 2, without the checksum, in their order. */
    public List<ProxyTlv> tlvs() {
        return tlvs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProxyHeader header
                && command == header.command
                && family == header.family
                && transport == header.transport
                && Objects.equals(source, header.source)
                && Objects.equals(destination, header.destination)
                && tlvs.equals(header.tlvs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(command, family, transport, source, destination, tlvs);
    }

    @Override
    public String toString() {
        String addresses = family == Family.UNSPECIFIED ? "" : " " + source + " to " + destination;
        return command + addresses + (tlvs.isEmpty() ? "" : " " + tlvs);
    }
}
