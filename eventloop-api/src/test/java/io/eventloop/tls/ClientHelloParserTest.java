package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import io.eventloop.testing.DecoderFeeds;
import io.eventloop.tls.TlsException.Alert;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** must-survive C2: what is unclear is refused, and costs no more than it sent. */
class ClientHelloParserTest {
    private final SlabPool pool =
            new SlabPool(BufferPoolOptions.builder().guarded(true).build(), "parser", direct -> 0, () -> true);
    private Buffer in = pool.acquire(1 << 16);

    @AfterEach
    void releasesTheInput() {
        in.release();
        pool.close();
    }

    private static byte[] jdkHello(String name, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(1 << 15);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static HelloBytes hello() {
        return new HelloBytes().serverName("a.example").protocols(List.of("h2", "http/1.1"));
    }

    /** What a parser made of its input. */
    private static final class Outcome {
        private final ClientHelloParser parser;
        private String text = "not whole";

        Outcome(int maxBytes) {
            parser = new ClientHelloParser(maxBytes);
        }

        void feed(Buffer bytes) {
            if (text.startsWith("refused")) {
                return;
            }
            try {
                if (parser.parse(bytes)) {
                    text = parser.found().toString();
                }
            } catch (TlsException e) {
                text = "refused";
            }
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private ClientHello parse(byte[] bytes) throws TlsException {
        in.writeBytes(bytes);
        ClientHelloParser parser = new ClientHelloParser();
        assertTrue(parser.parse(in), "not whole");
        assertEquals(bytes.length, in.readableBytes(), "bytes were consumed");
        return parser.found();
    }

    private void refuses(Alert alert, String message, byte[] bytes) {
        DecoderFeeds.check(bytes, 20, () -> new Outcome(ClientHelloParser.MAX_BYTES), Outcome::feed);
        in.clear().writeBytes(bytes);
        TlsException e = assertThrows(TlsException.class, () -> new ClientHelloParser().parse(in));
        assertEquals(alert, e.alert());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void readsWhatTheJdkSends() throws Exception {
        ClientHello found = parse(jdkHello("www.Example.com", "h2", "http/1.1"));
        assertEquals("www.example.com", found.serverName());
        assertEquals(List.of("h2", "http/1.1"), found.applicationProtocols());
        assertTrue(found.offers(ClientHello.TLS_1_3) && found.offers(ClientHello.TLS_1_2), found.toString());
        assertFalse(found.signatureAlgorithms().isEmpty());
        assertFalse(found.resumes());
        assertEquals(in.readableBytes(), found.recordBytes());
    }

    @Test
    void findsTheSameInWholeByteByByteAndInPieces() throws Exception {
        DecoderFeeds.check(
                jdkHello("b.example", "x"), 50, () -> new Outcome(ClientHelloParser.MAX_BYTES), Outcome::feed);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 17, 100})
    void findsTheSameOverSeveralRecords(int fragmentBytes) throws Exception {
        byte[] bytes = hello().records(fragmentBytes);
        DecoderFeeds.check(bytes, 20, () -> new Outcome(ClientHelloParser.MAX_BYTES), Outcome::feed);
        assertEquals("a.example", parse(bytes).serverName());
    }

    @Test
    void readsAHelloWithoutExtensions() throws TlsException {
        ClientHello found = parse(new HelloBytes().record());
        assertEquals("", found.serverName());
        assertEquals(List.of(ClientHello.TLS_1_2), found.versions());
        assertEquals(List.of(0x1301), found.cipherSuites());
    }

    @Test
    void seesThatASessionIsToBeResumed() throws TlsException {
        byte[] tls13 = HelloBytes.vector8(HelloBytes.number(0x0304, 2));
        assertTrue(parse(new HelloBytes()
                        .extension(43, tls13)
                        .extension(35, new byte[20])
                        .record())
                .resumes());
        in.clear();
        assertFalse(parse(new HelloBytes()
                        .extension(43, tls13)
                        .extension(35, new byte[0])
                        .record())
                .resumes());
        in.clear();
        assertTrue(parse(new HelloBytes()
                        .extension(43, tls13)
                        .extension(41, new byte[20])
                        .record())
                .resumes());
        in.clear();
        // Before TLS 1.3 the session id asks for it.
        assertTrue(parse(new HelloBytes().serverName("a").record()).resumes());
    }

    @Test
    void waitsForTheRest() throws TlsException {
        byte[] bytes = hello().record();
        ClientHelloParser parser = new ClientHelloParser();
        in.writeBytes(bytes, 0, bytes.length - 1);
        assertFalse(parser.parse(in));
        assertThrows(IllegalStateException.class, parser::found);
        in.writeByte(bytes[bytes.length - 1]);
        assertTrue(parser.parse(in));
        assertArrayEquals(
                bytes,
                in.toString(java.nio.charset.StandardCharsets.ISO_8859_1)
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void acceptsExactlyTheLimitAndNoMore() throws TlsException {
        byte[] bytes = hello().record();
        in.writeBytes(bytes);
        assertTrue(new ClientHelloParser(bytes.length).parse(in));
        TlsException e = assertThrows(TlsException.class, () -> new ClientHelloParser(bytes.length - 1).parse(in));
        assertEquals(Alert.RECORD_OVERFLOW, e.alert());
    }

    @Test
    void refusesALargeMessageByItsLengthAlone() {
        byte[] header = {1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 3};
        refuses(Alert.RECORD_OVERFLOW, "16777215 bytes", HelloBytes.record(header));
    }

    @Test
    void refusesThousandsOfTinyRecords() {
        byte[] many = {};
        byte[] start = HelloBytes.record(new byte[] {1});
        byte[] more = HelloBytes.record(new byte[] {0});
        many = HelloBytes.concat(start, more, HelloBytes.record(new byte[] {0x20}), more);
        byte[] all = new byte[20_000];
        System.arraycopy(many, 0, all, 0, many.length);
        for (int at = many.length; at + more.length <= all.length; at += more.length) {
            System.arraycopy(more, 0, all, at, more.length);
        }
        refuses(Alert.RECORD_OVERFLOW, "in records", Arrays.copyOf(all, 19_998));
    }

    @Test
    void saysThatARequestWithoutTlsIsNone() {
        refuses(Alert.NONE, "begins with 'G'", "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
    }

    @Test
    void refusesSsl2() {
        refuses(Alert.NONE, "SSL 2.0", new byte[] {(byte) 0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10});
    }

    @Test
    void refusesWhatIsNoClientHello() {
        refuses(Alert.NONE, "an alert", new byte[] {21, 3, 3, 0, 2, 2, 40});
        refuses(Alert.UNEXPECTED_MESSAGE, "message 2", HelloBytes.record(HelloBytes.handshake(2, new byte[40])));
        refuses(Alert.PROTOCOL_VERSION, "version 2", new byte[] {22, 2, 0, 0, 1, 1});
        refuses(Alert.DECODE_ERROR, "empty", new byte[] {22, 3, 1, 0, 0});
        refuses(Alert.RECORD_OVERFLOW, "16385", new byte[] {22, 3, 1, 0x40, 1});
    }

    @Test
    void refusesBytesBehindTheMessageInItsRecord() {
        byte[] message = HelloBytes.concat(hello().message(), new byte[1]);
        refuses(Alert.UNEXPECTED_MESSAGE, "behind", HelloBytes.record(message));
    }

    @Test
    void refusesARecordOfAnotherTypeWithinTheMessage() {
        byte[] bytes = hello().records(30);
        bytes[35] = 23;
        refuses(Alert.UNEXPECTED_MESSAGE, "type 23", bytes);
    }

    @Test
    void refusesServerNamesThatCannotBeRight() {
        String decode = "server name";
        refuses(Alert.DECODE_ERROR, decode, new HelloBytes().serverName("").record());
        refuses(
                Alert.DECODE_ERROR,
                decode,
                new HelloBytes().serverName("a".repeat(256)).record());
        refuses(
                Alert.DECODE_ERROR,
                decode,
                new HelloBytes().serverName("a\0.example").record());
        refuses(
                Alert.DECODE_ERROR,
                decode,
                new HelloBytes().serverName("a example").record());
        byte[] two = HelloBytes.concat(
                HelloBytes.number(0, 1), HelloBytes.vector16(new byte[] {'a'}),
                HelloBytes.number(0, 1), HelloBytes.vector16(new byte[] {'b'}));
        refuses(
                Alert.DECODE_ERROR,
                "more than one",
                new HelloBytes().extension(0, HelloBytes.vector16(two)).record());
        refuses(
                Alert.DECODE_ERROR,
                "empty list",
                new HelloBytes().extension(0, new byte[2]).record());
        refuses(Alert.DECODE_ERROR, "twice", hello().serverName("b.example").record());
    }

    @Test
    void refusesLengthsThatLie() {
        refuses(
                Alert.DECODE_ERROR,
                "a length of",
                new HelloBytes().extension(0, new byte[] {0, 9, 0, 0}).record());
        refuses(
                Alert.DECODE_ERROR,
                "behind the content",
                hello().extension(43, new byte[] {2, 3, 4, 0}).record());
        refuses(
                Alert.DECODE_ERROR,
                "a list of",
                hello().extension(43, new byte[] {1, 3}).record());
        refuses(
                Alert.DECODE_ERROR,
                "empty",
                new HelloBytes().protocols(List.of("")).record());
        byte[] message = hello().message();
        message[3]++;
        refuses(
                Alert.DECODE_ERROR,
                "behind the extensions",
                HelloBytes.record(HelloBytes.concat(message, new byte[1])));
        byte[] cut = new HelloBytes().message();
        refuses(
                Alert.DECODE_ERROR,
                "within a number",
                HelloBytes.record(HelloBytes.handshake(1, Arrays.copyOf(cut, 1))));
    }
}
