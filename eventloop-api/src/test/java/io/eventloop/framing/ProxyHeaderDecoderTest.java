package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.ProxyHeaderDecoder.Outcome;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import io.eventloop.framing.ProxyHeaderOptions.Version;
import io.eventloop.testing.DecoderFeeds;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** must-survive C11: what is a header and what is not, a line for each case, fed in every way. */
final class ProxyHeaderDecoderTest {
    private static final String SIGNATURE = "0d0a0d0a 00 0d0a 51554954 0a";
    private static final String ADDRESSES = "c0000201 c6336407 dc04 01bb";

    /** A decoder and what it says; bytes behind the header stay in the buffer. */
    private static final class Reader {
        private final ProxyHeaderDecoder decoder;
        private String said = "incomplete";

        Reader(Version version, Presence presence) {
            decoder = new ProxyHeaderDecoder(version, presence);
        }

        void feed(Buffer in) {
            if (!said.equals("incomplete") || !in.isReadable()) {
                return;
            }
            int before = in.readableBytes();
            try {
                Outcome outcome = decoder.decode(in);
                if (outcome != Outcome.HEADER && in.readableBytes() != before) {
                    throw new AssertionError("bytes were consumed: " + outcome);
                }
                if (outcome != Outcome.INCOMPLETE) {
                    said = outcome == Outcome.ABSENT
                            ? "absent"
                            : decoder.header().toString();
                }
            } catch (ProtocolViolationException e) {
                said = e.kind() + ": " + e.getMessage();
                assertEquals(before, in.readableBytes());
            }
        }

        @Override
        public String toString() {
            return said;
        }
    }

    private static String decoded(Version version, Presence presence, byte[] bytes) {
        DecoderFeeds.check(bytes, 5, () -> new Reader(version, presence), Reader::feed);
        Reader reader = new Reader(version, presence);
        Bytes.with(bytes, reader::feed);
        return reader.toString();
    }

    private static String decoded(byte[] bytes) {
        return decoded(Version.ANY, Presence.REQUIRED, bytes);
    }

    private static String decoded1(String line) {
        return decoded(Bytes.latin1(line.replace("|", "\r\n")))
                .replace("PROTOCOL_ERROR: PROXY protocol header, version 1: ", "no ");
    }

    private static String decoded2(String hex) {
        return decoded(Bytes.hex(SIGNATURE + hex)).replace("PROTOCOL_ERROR: PROXY protocol header, version 2: ", "no ");
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443|, PROXY /192.0.2.1:56324 to /198.51.100.7:443",
        "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535|GET, PROXY /0.0.0.0:0 to /255.255.255.255:65535",
        "PROXY TCP6 2001:db8::1 ::1 1 2|, 'PROXY /[2001:db8:0:0:0:0:0:1]:1 to /[0:0:0:0:0:0:0:1]:2'",
        "PROXY TCP6 ::ffff:1.2.3.4 :: 1 2|, 'PROXY /[0:0:0:0:0:ffff:102:304]:1 to /[0:0:0:0:0:0:0:0]:2'",
        "PROXY TCP6 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: 1 2|, 'PROXY /[1:2:3:4:5:6:7:8]:1 to /[1:2:3:4:5:6:7:0]:2'",
        "PROXY UNKNOWN|, PROXY",
        "PROXY UNKNOWN anything goes 1 2 3|, PROXY",
        "PROXY UNKNOWNS|, no protocol 'UNKNOWNS'",
        "PROXY TCP5 1.2.3.4 1.2.3.4 1 2|, no protocol 'TCP5'",
        "PROXY tcp4 1.2.3.4 1.2.3.4 1 2|, no protocol 'tcp4'",
        "PROXY |, no protocol ''",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1|, no 4 words instead of 5",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3|, no 6 words instead of 5",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 |, no 6 words instead of 5",
        "PROXY TCP4  1.2.3.4 1.2.3.4 1 2|, no 6 words instead of 5",
        "PROXY TCP4 1.2.3 1.2.3.4 1 2|, no address '1.2.3'",
        "PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2|, no address '1.2.3.4.5'",
        "PROXY TCP4 1.2.3.256 1.2.3.4 1 2|, no address '1.2.3.256'",
        "PROXY TCP4 1.2.3.04 1.2.3.4 1 2|, no address '1.2.3.04'",
        "PROXY TCP4 1.2.3.-4 1.2.3.4 1 2|, no address '1.2.3.-4'",
        "PROXY TCP4 1.2..4 1.2.3.4 1 2|, no address '1.2..4'",
        "PROXY TCP4 localhost 1.2.3.4 1 2|, no address 'localhost'",
        "PROXY TCP4 ::1 ::1 1 2|, no address '::1'",
        "PROXY TCP6 1.2.3.4 ::1 1 2|, no address '1.2.3.4'",
        "PROXY TCP6 fe80::1%eth0 ::1 1 2|, no address 'fe80::1%eth0'",
        "PROXY TCP6 1::2::3 ::1 1 2|, no address '1::2::3'",
        "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2|, no address '1:2:3:4:5:6:7'",
        "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2|, no address '1:2:3:4:5:6:7:8:9'",
        "PROXY TCP6 1:2:3:4::5:6:7:8 ::1 1 2|, no address '1:2:3:4::5:6:7:8'",
        "PROXY TCP6 ::12345 ::1 1 2|, no address '::12345'",
        "PROXY TCP6 ::g ::1 1 2|, no address '::g'",
        "PROXY TCP6 ::: ::1 1 2|, no address ':::'",
        "PROXY TCP6 1:2:3:4:5:6:7:1.2.3.4 ::1 1 2|, no address '1:2:3:4:5:6:7:1.2.3.4'",
        "PROXY TCP6 1.2.3.4:: ::1 1 2|, no address '1.2.3.4::'",
        "PROXY TCP4 1.2.3.4 1.2.3.4 01 2|, no port '01'",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536|, no port '65536'",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 99999999999|, no port '99999999999'",
        "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2|, no port '-1'",
        "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2|, no port '+1'",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\u00b2|, no character 0xb2 at 30",
        "PROXY TCP4\t1.2.3.4 1.2.3.4 1 2|, no character 0x9 at 10",
        "PROXY UNKNOWN \u0001|, no character 0x1 at 14",
        "PROXY TCP4, incomplete",
        "PRO, incomplete"
    })
    void readsVersionOne(String line, String expected) {
        assertEquals(expected, decoded1(line));
    }

    @Test
    void refusesBareEndsOfLine() {
        assertEquals("no line feed without a carriage return", decoded1("PROXY UNKNOWN\n"));
        assertEquals("no line feed without a carriage return", decoded1("PROXY \n"));
        assertEquals("no character 0xd at 13", decoded1("PROXY UNKNOWN\r 1\r\n"));
    }

    @Test
    void refusesVersionOneWithTheHundredAndEighthByte() {
        String head = "PROXY UNKNOWN ";
        String longest = head + "x".repeat(107 - 2 - head.length()) + "\r\n";
        assertEquals("PROXY", decoded(Bytes.latin1(longest)));
        String over = "FRAME_LIMIT: PROXY protocol header, version 1, of more than 107 bytes";
        assertEquals(over, decoded(Bytes.latin1("PROXY UNKNOWN " + longest.substring(13))));
        assertEquals(over, decoded(Bytes.latin1("PROXY " + "x".repeat(101))));
    }

    @ParameterizedTest
    @CsvSource({
        "21 11 000c " + ADDRESSES + ", PROXY /192.0.2.1:56324 to /198.51.100.7:443",
        "21 12 000c " + ADDRESSES + " 474554, PROXY /192.0.2.1:56324 to /198.51.100.7:443",
        "20 00 0000, LOCAL",
        "20 11 000c " + ADDRESSES + ", LOCAL",
        "20 00 0003 010203, LOCAL",
        "21 00 0000, PROXY",
        "21 00 0003 010203, PROXY",
        "21 11 000f " + ADDRESSES + " 040000, PROXY /192.0.2.1:56324 to /198.51.100.7:443 [field 0x4 of 0 bytes]",
        "11 11 000c " + ADDRESSES + ", no version 1",
        "31 11 000c " + ADDRESSES + ", no version 3",
        "22 11 000c " + ADDRESSES + ", no command 2",
        "21 41 000c " + ADDRESSES + ", no family and transport 0x41",
        "21 13 000c " + ADDRESSES + ", no family and transport 0x13",
        "21 10 000c " + ADDRESSES + ", no family and transport 0x10",
        "21 01 000c " + ADDRESSES + ", no family and transport 0x1",
        "'21 11 000b c0000201 c6336407 dc04 01', 'no length 11, the addresses alone have 12'",
        "'21 21 000c " + ADDRESSES + "', 'no length 12, the addresses alone have 36'",
        "21 11 000d " + ADDRESSES + " 04, no 1 bytes behind the last field",
        "21 11 000e " + ADDRESSES + " 0400, no 2 bytes behind the last field",
        "21 11 000f " + ADDRESSES + " 040001, 'no field of 1 bytes, 0 are left'",
        "21 11 0011 " + ADDRESSES + " 04ffff 0000, 'no field of 65535 bytes, 2 are left'",
        "21 11 0011 " + ADDRESSES + " 030002 0000, no checksum of 2 bytes",
        "21 11 0013 " + ADDRESSES + " 030004 d45a11b9, PROXY /192.0.2.1:56324 to /198.51.100.7:443",
        "21 11 0013 " + ADDRESSES + " 030004 00000000, no checksum 0x0 instead of 0xd45a11b9",
        "21 11 000c c0000201, incomplete",
        "21 11, incomplete",
        "'', incomplete"
    })
    void readsVersionTwo(String hex, String expected) {
        assertEquals(expected, decoded2(hex));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ff1", "ffff"})
    void refusesVersionTwoOverFourKibibytesByItsLengthAlone(String length) {
        int whole = 16 + Integer.parseInt(length, 16);
        assertEquals(
                "FRAME_LIMIT: PROXY protocol header, version 2, of " + whole + " bytes, the limit is 4096",
                decoded2("21 11" + length));
    }

    @Test
    void acceptsVersionTwoOfExactlyFourKibibytes() {
        int value = 4096 - 16 - 12 - 3;
        String hex = "21 11 0ff0 " + ADDRESSES + String.format("04%04x", value) + "00".repeat(value);
        assertEquals("PROXY /192.0.2.1:56324 to /198.51.100.7:443 [field 0x4 of 4065 bytes]", decoded2(hex));
    }

    @Test
    void countsFields() {
        String most = String.format("21 11 %04x ", 12 + 64 * 3) + ADDRESSES + "040000".repeat(64);
        assertEquals(64, decoded2(most).split("field").length - 1);
        String more = String.format("21 11 %04x ", 12 + 65 * 3) + ADDRESSES + "040000".repeat(65);
        assertEquals("FRAME_LIMIT: PROXY protocol header, version 2, with more than 64 fields", decoded2(more));
    }

    @Test
    void doesNotLookIntoFieldsWithinFields() {
        // Fields of TLS nested without end, the innermost with a length that lies.
        String nested = "20ffff".repeat(300);
        String hex =
                String.format("21 11 %04x ", 12 + 3 + 900) + ADDRESSES + "20" + String.format("%04x", 900) + nested;
        assertEquals("PROXY /192.0.2.1:56324 to /198.51.100.7:443 [field 0x20 of 900 bytes]", decoded2(hex));
    }

    @Test
    void readsUnixPaths() {
        String path = "2f746d702f61" + "00".repeat(102);
        assertEquals("PROXY /tmp/a to ", decoded2("21 31 00d8" + path + "00".repeat(108)));
        assertEquals(
                "PROXY " + "/".repeat(1) + "a".repeat(107) + " to ",
                decoded2("21 31 00d8 2f" + "61".repeat(107) + "00".repeat(108)));
        assertEquals(
                "no UNIX address of the abstract namespace",
                decoded2("21 31 00d8 0061" + "00".repeat(106) + "00".repeat(108)));
        assertEquals(
                "no UNIX address that is no path", decoded2("21 31 00d8 ff" + "00".repeat(107) + "00".repeat(108)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "PROXX", "proxy TCP4", "\r\n\r\n\r\n", "\0", "\r\n\r\n\0\r\nQUITx"})
    void seesAtTheFirstWrongByteThatThereIsNone(String text) {
        assertEquals("PROTOCOL_ERROR: no PROXY protocol header", decoded(Bytes.latin1(text)));
        assertEquals("absent", decoded(Version.ANY, Presence.OPTIONAL, Bytes.latin1(text)));
    }

    @Test
    void refusesTheOtherVersionAlsoWhereAHeaderIsOptional() {
        assertEquals(
                "PROTOCOL_ERROR: PROXY protocol header of version V1, accepted is V2",
                decoded(Version.V2, Presence.OPTIONAL, Bytes.latin1("PROXY UNKNOWN\r\n")));
        assertEquals(
                "PROTOCOL_ERROR: PROXY protocol header of version V2, accepted is V1",
                decoded(Version.V1, Presence.OPTIONAL, Bytes.hex(SIGNATURE + "20 00 0000")));
        assertEquals("PROXY", decoded(Version.V1, Presence.REQUIRED, Bytes.latin1("PROXY UNKNOWN\r\n")));
        assertEquals("LOCAL", decoded(Version.V2, Presence.REQUIRED, Bytes.hex(SIGNATURE + "20 00 0000")));
    }

    @Test
    void refusesHeadersThatCannotBeSent() {
        ProxyHeader unspecified = ProxyHeader.unspecified();
        List<ProxyTlv> one = List.of(new ProxyTlv(ProxyTlv.NOOP, new byte[1]));
        assertThrows(IllegalArgumentException.class, () -> unspecified.withTlvs(one));
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of("/" + "a".repeat(108));
        assertThrows(IllegalArgumentException.class, () -> ProxyHeader.of(path, path));
        ProxyHeader header = ProxyHeader.of(UnixDomainSocketAddress.of("/a"), UnixDomainSocketAddress.of("/b"));
        assertThrows(
                IllegalArgumentException.class, () -> header.withTlvs(java.util.Collections.nCopies(65, one.get(0))));
        ProxyTlv large = new ProxyTlv(ProxyTlv.NOOP, new byte[4096 - 16 - 216 - 3 - 7]);
        assertEquals(1, header.withTlvs(List.of(large)).tlvs().size());
        assertThrows(IllegalArgumentException.class, () -> header.withTlvs(List.of(large, one.get(0))));
        ProxyTlv checksum = new ProxyTlv(ProxyTlv.CRC32C, new byte[4]);
        assertThrows(IllegalArgumentException.class, () -> header.withTlvs(List.of(checksum)));
        ProxyHeader withField = header.withTlvs(one);
        Bytes.with(
                new byte[0],
                4096,
                out -> assertThrows(
                        IllegalArgumentException.class, () -> ProxyHeaderEncoder.V1.encode(withField, out)));
    }
}
