package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What our encoders write, our parsers read, in whatever pieces. */
class RoundTripProperties {
    private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String VALUE = "\t !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\u0080\u00a0\u00ff";
    private static final String TARGET = "/-._~:?[]@!$&'()*+,;=09azAZ";

    /** A field that no encoder keeps for itself. */
    record Field(String name, String value) {}

    @Provide
    Arbitrary<Field> fields() {
        Arbitrary<String> names = Arbitraries.of("Accept", "Cookie", "X-Forwarded-For", "Sec-WebSocket-Extensions")
                .edgeCases(edges -> edges.none());
        Arbitrary<String> tokens = Arbitraries.strings()
                .withChars(TOKEN.toCharArray())
                .ofMinLength(1)
                .ofMaxLength(30)
                .map(t -> "X" + t);
        Arbitrary<String> values = Arbitraries.strings()
                .withChars(VALUE.toCharArray())
                .ofMaxLength(40)
                .map(RoundTripProperties::trimmed);
        return Combinators.combine(Arbitraries.oneOf(names, tokens), values).as(Field::new);
    }

    @Provide
    Arbitrary<String> targets() {
        return Arbitraries.strings()
                .withChars(TARGET.toCharArray())
                .ofMaxLength(60)
                .map(t -> "/" + t);
    }

    /** White space around a value is not part of it. */
    private static String trimmed(String value) {
        return value.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    @Property(tries = 300)
    void readsTheRequestsItWrites(
            @ForAll("targets") String target,
            @ForAll @Size(max = 20) List<@From("fields") Field> fields,
            @ForAll @Size(max = 3) List<@IntRange(min = 1, max = 300) Integer> chunks,
            @ForAll @IntRange(min = 1, max = 50) int piece) {
        RequestEncoder encoder = new RequestEncoder(HttpLimits.DEFAULT);
        HeadWriter head = encoder.begin(HttpMethod.PUT, target, "host:80");
        fields.forEach(f -> head.field(HeaderName.of(f.name()), f.value()));
        BodyEncoder body = new BodyEncoder();
        body.begin(encoder.finish(RequestEncoder.UNKNOWN_LENGTH, true), 0);
        StringBuilder expected = new StringBuilder();
        Wire.with(encoder.length() + 2000, out -> {
            encoder.writeTo(out);
            for (int size : chunks) {
                body.before(out, size);
                String data = "d".repeat(size);
                out.writeLatin1(data);
                expected.append(data);
                body.after(out);
            }
            body.end(out, new HttpFields().add(HeaderName.of("X-Last"), "1"));
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes, 0, bytes.length);
            assertEquals(described(target, fields) + " '" + expected + "' end [X-Last=1]\n", inPieces(bytes, piece));
        });
    }

    private static String described(String target, List<Field> fields) {
        StringBuilder text = new StringBuilder("PUT " + target + " HTTP/1.1 [Host=host:80");
        fields.forEach(f ->
                text.append(", ").append(HeaderName.of(f.name())).append('=').append(f.value()));
        return text + ", Transfer-Encoding=chunked]";
    }

    private static String inPieces(byte[] bytes, int piece) {
        RequestLog log = new RequestLog(HttpLimits.DEFAULT);
        Wire.with(bytes.length, in -> {
            for (int at = 0; at < bytes.length; at += piece) {
                log.feed(in.writeBytes(bytes, at, Math.min(piece, bytes.length - at)));
            }
            assertEquals(0, in.readableBytes());
        });
        return log.toString();
    }

    @Property(tries = 300)
    void readsTheResponsesItWrites(
            @ForAll @IntRange(min = 200, max = 999) int code,
            @ForAll @Size(max = 20) List<@From("fields") Field> fields,
            @ForAll @IntRange(min = -1, max = 300) int length) {
        ResponseEncoder encoder = new ResponseEncoder(HttpLimits.DEFAULT, new DateCache(0));
        HeadWriter head = encoder.begin(RequestTraits.UNKNOWN, HttpStatus.of(code));
        fields.forEach(f -> head.field(HeaderName.of(f.name()), f.value()));
        BodyEncoding encoding = encoder.finish(length);
        ResponseParser parser = new ResponseParser(HttpLimits.DEFAULT);
        Wire.with(encoder.length(), in -> {
            encoder.writeTo(in);
            assertTrue(parser.parse(in, HttpMethod.GET));
            assertEquals(code, parser.response().status().code());
            for (int i = 0; i < fields.size(); i++) {
                assertEquals(fields.get(i).value(), parser.response().headers().value(i));
            }
            assertEquals(
                    switch (encoding) {
                        case CHUNKED -> BodyFraming.CHUNKED;
                        case LENGTH -> length;
                        default -> 0L;
                    },
                    parser.response().bodyLength());
        });
    }

    /** Whatever the bytes are: what is taken can be written again, and is then taken for the same. */
    @Property(tries = 300)
    void takesWhatItRewritesForTheSame(@ForAll("mutated") String picture) {
        byte[] bytes = picture.getBytes(StandardCharsets.ISO_8859_1);
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        Wire.with(bytes.length, in -> {
            try {
                if (parser.parse(in.writeBytes(bytes))) {
                    HttpRequest request = parser.request();
                    String fields = RequestLog.fields(request.headers().copy());
                    assertEquals(fields, RequestLog.fields(rewritten(request)), picture);
                }
            } catch (ProtocolException e) {
                assertTrue(e.status().code() >= 400);
            }
        });
    }

    private static HttpFields rewritten(HttpRequest request) {
        HttpFields[] copy = new HttpFields[1];
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        Wire.with(4096, out -> {
            out.writeLatin1(request.toString()).writeLatin1("\r\n");
            for (int i = 0; i < request.headers().count(); i++) {
                out.writeLatin1(request.headers().name(i)).writeLatin1(": ");
                out.writeLatin1(request.headers().value(i)).writeLatin1("\r\n");
            }
            assertTrue(parser.parse(out.writeLatin1("\r\n")));
            copy[0] = parser.request().headers().copy();
        });
        return copy[0];
    }

    @Provide
    Arbitrary<String> mutated() {
        String request = "POST http://a:8/b?c HTTP/1.1\r\nHost: a:8\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        Arbitrary<Character> characters = Arbitraries.chars().range((char) 0, (char) 255);
        return Combinators.combine(Arbitraries.integers().between(0, request.length() - 1), characters)
                .as((at, c) -> request.substring(0, at) + c + request.substring(at + 1));
    }
}
