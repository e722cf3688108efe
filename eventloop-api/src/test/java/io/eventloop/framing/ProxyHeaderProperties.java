package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.ProxyHeader.Family;
import io.eventloop.framing.ProxyHeader.Transport;
import io.eventloop.framing.ProxyHeaderDecoder.Outcome;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import io.eventloop.framing.ProxyHeaderOptions.Version;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** PROXY protocol headers: what is encoded comes back, and whatever comes is read or refused, never more of it than a header. */
final class ProxyHeaderProperties {

    private static Arbitrary<SocketAddress> inet(int addressBytes) {
        return Combinators.combine(
                        Arbitraries.bytes().array(byte[].class).ofSize(addressBytes),
                        Arbitraries.integers().between(0, 65_535))
                .as(ProxyHeaderProperties::address);
    }

    private static SocketAddress address(byte[] bytes, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Arbitrary<SocketAddress> unix() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMaxLength(100)
                .map(name -> name.isEmpty() ? UnixDomainSocketAddress.of("") : UnixDomainSocketAddress.of("/" + name));
    }

    @Provide
    Arbitrary<ProxyHeader> headers() {
        Arbitrary<SocketAddress> ip = Arbitraries.oneOf(inet(4), inet(16));
        return Arbitraries.oneOf(
                Arbitraries.of(ProxyHeader.local(), ProxyHeader.unspecified()),
                Combinators.combine(ip, ip).as(ProxyHeader::of),
                Combinators.combine(unix(), unix()).as(ProxyHeader::of));
    }

    @Provide
    Arbitrary<List<ProxyTlv>> fields() {
        Arbitrary<Integer> types = Arbitraries.integers().between(0, 255).filter(type -> type != ProxyTlv.CRC32C);
        return Combinators.combine(
                        types, Arbitraries.bytes().array(byte[].class).ofMaxSize(100))
                .as(ProxyTlv::new)
                .list()
                .ofMaxSize(20);
    }

    @Property
    void comeBack(
            @ForAll @From("headers") ProxyHeader bare,
            @ForAll @From("fields") List<ProxyTlv> fields,
            @ForAll ProxyHeaderEncoder encoder,
            @ForAll boolean isDatagram) {
        boolean hasMore = bare.family() != Family.UNSPECIFIED && encoder != ProxyHeaderEncoder.V1;
        ProxyHeader header = hasMore
                ? bare.withTlvs(fields).withTransport(isDatagram ? Transport.DATAGRAM : Transport.STREAM)
                : bare;
        ProxyHeader expected = header;
        if (encoder == ProxyHeaderEncoder.V1 && header.family() != Family.INET && header.family() != Family.INET6) {
            expected = ProxyHeader.unspecified();
        }
        assertEquals(expected, decoded(encoded(encoder, header)));
    }

    private static byte[] encoded(ProxyHeaderEncoder encoder, ProxyHeader header) {
        byte[][] bytes = new byte[1][];
        Bytes.with(new byte[0], encoder.maxBytes(), out -> {
            encoder.encode(header, out);
            bytes[0] = Bytes.of(out);
        });
        return bytes[0];
    }

    private static ProxyHeader decoded(byte[] bytes) {
        ProxyHeader[] header = new ProxyHeader[1];
        ProxyHeaderDecoder decoder = new ProxyHeaderDecoder(Version.ANY, Presence.REQUIRED);
        Bytes.with(bytes, bytes.length + 3, in -> {
            in.writeBytes(new byte[] {1, 2, 3});
            assertEquals(Outcome.HEADER, decoder.decode(in));
            assertEquals(3, in.readableBytes(), "what is behind the header stays, and nothing of the header does");
            header[0] = decoder.header();
        });
        return header[0];
    }

    @Property
    void aChecksumFindsEveryFlippedBit(
            @ForAll @From("fields") List<ProxyTlv> fields, @ForAll int place, @ForAll("bits") int bit) {
        ProxyHeader header =
                ProxyHeader.of(address(new byte[4], 1), address(new byte[4], 2)).withTlvs(fields);
        byte[] bytes = encoded(ProxyHeaderEncoder.V2_CHECKSUM, header);
        // Of the addresses, so that it is the checksum that is found wrong, not the form.
        bytes[16 + Math.floorMod(place, 12)] ^= (byte) (1 << bit);
        ProtocolViolationException refusal = assertThrows(ProtocolViolationException.class, () -> decoded(bytes));
        assertTrue(refusal.getMessage().contains("checksum"), refusal.getMessage());
    }

    @Provide
    Arbitrary<Integer> bits() {
        return Arbitraries.integers().between(0, 7);
    }

    /** Headers with some bytes changed, cut off or repeated, and bytes of any kind. */
    @Provide
    Arbitrary<byte[]> anything() {
        Arbitrary<byte[]> mutated = Combinators.combine(
                        headers(),
                        Arbitraries.of(ProxyHeaderEncoder.class),
                        Arbitraries.integers().between(0, 300),
                        Arbitraries.bytes(),
                        Arbitraries.integers().between(1, 300))
                .as((header, encoder, place, value, length) -> {
                    byte[] bytes = encoded(encoder, header);
                    bytes[place % bytes.length] = value;
                    return java.util.Arrays.copyOf(bytes, Math.min(bytes.length, length));
                });
        return Arbitraries.oneOf(
                mutated, Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(300));
    }

    @Property(tries = 3000)
    void anythingIsReadOrRefused(@ForAll @From("anything") byte[] bytes, @ForAll Presence presence) {
        ProxyHeaderDecoder decoder = new ProxyHeaderDecoder(Version.ANY, presence);
        Bytes.with(bytes, in -> {
            Outcome outcome = Outcome.INCOMPLETE;
            try {
                outcome = decoder.decode(in);
            } catch (ProtocolViolationException e) {
                assertTrue(e.getMessage().contains("PROXY protocol header"), e.getMessage());
            }
            assertTrue(outcome == Outcome.HEADER || in.readIndex() == 0, "consumed without a header");
        });
    }
}
