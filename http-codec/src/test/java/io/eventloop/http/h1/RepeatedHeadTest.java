package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.ProtocolException;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** What a parser has parsed before makes no difference to what it finds in a head. */
class RepeatedHeadTest {
    private static final int ROOM = 2048;
    private static final String FIELDS = "⏎Host: a⏎X-Y: 123⏎⏎";

    /** Some of a length, some that are refused and as long as others. */
    private static final String[] HEADS = {
        "GET /a HTTP/1.1⏎Host: a⏎⏎",
        "GET /b HTTP/1.1⏎Host: a⏎⏎",
        "GET /a HTTP/1.1⏎Host: ␀⏎⏎",
        "GET /a HTTP/1.2⏎Host: a⏎⏎",
        "GET /a HTTP/1.1⏎Hosts:a⏎⏎",
        "⏎GET /a HTTP/1.1⏎Host: a⏎⏎",
        "GET /a HTTP/1.0⏎⏎",
        "POST /a?b HTTP/1.1⏎Host: a⏎Content-Length: 5⏎⏎",
        "POST /a?b HTTP/1.1⏎Host: a⏎Content-Length: 0⏎⏎",
        "POST /ab? HTTP/1.1⏎Host: a⏎Content-Length: 5⏎⏎",
        "GET http://b:80/c?d=e HTTP/1.1⏎Host: a⏎Connection: close⏎⏎",
        "OPTIONS * HTTP/1.1⏎Host: a⏎Connection: upgrade⏎Upgrade: a⏎⏎",
        "GET /" + "a".repeat(600) + " HTTP/1.1⏎Host: a⏎⏎"
    };

    /** A head, where it begins in the buffer, and after how many bytes the first piece of it ends. */
    record Piece(String head, int at, int split) {}

    @Provide
    Arbitrary<List<Piece>> pieces() {
        Arbitrary<String> heads = Arbitraries.of(HEADS);
        Arbitrary<Integer> splits = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(1, 30)));
        Arbitrary<List<Piece>> repeats = Combinators.combine(
                        heads,
                        Arbitraries.integers().between(0, 20),
                        splits,
                        Arbitraries.integers().between(1, 4))
                .as((head, at, split, times) -> Collections.nCopies(times, new Piece(head, at, split)));
        return repeats.list()
                .ofMaxSize(12)
                .map(lists -> lists.stream().flatMap(List::stream).toList());
    }

    private static String parse(RequestParser parser, Buffer in, Piece piece) {
        byte[] bytes = Wire.bytes(piece.head());
        int split = Math.min(piece.split(), bytes.length);
        in.clear().writeIndex(piece.at()).readIndex(piece.at());
        try {
            in.writeBytes(bytes, 0, split);
            if (split > 0 && parser.parse(in)) {
                return describe(parser.request()) + in.readableBytes();
            }
            in.writeBytes(bytes, split, bytes.length - split);
            return parser.parse(in) ? describe(parser.request()) + in.readableBytes() : "not all of a head";
        } catch (ProtocolException e) {
            parser.reset();
            return e.toString();
        }
    }

    private static String describe(HttpRequest r) {
        return r + " " + r.targetForm() + " " + r.path() + " " + r.query() + " " + r.authority() + " " + r.bodyLength()
                + " " + r.isKeptAlive() + r.expectsContinue() + r.asksForUpgrade() + " "
                + RequestLog.fields(r.headers());
    }

    private static String fresh(Buffer in, Piece piece) {
        return parse(new RequestParser(HttpLimits.DEFAULT), in, piece);
    }

    @Property(tries = 2000)
    void findsWhatAFreshParserFinds(@ForAll("pieces") List<Piece> pieces) {
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        Wire.with(ROOM, in -> {
            for (Piece piece : pieces) {
                assertEquals(fresh(in, piece), parse(parser, in, piece), () -> piece + " of " + pieces);
            }
        });
    }

    @Test
    void noticesAnyByteThatDiffers() {
        for (int length = 1; length <= Long.BYTES; length++) {
            String head = "GET /" + "a".repeat(length) + " HTTP/1.1" + FIELDS;
            Wire.with(ROOM, in -> {
                RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
                Piece same = new Piece(head, 3, 0);
                for (int i = 0; i < head.length(); i++) {
                    for (char c : "/ A9:;?␍␊␀\u00e9".toCharArray()) {
                        parse(parser, in, same);
                        parse(parser, in, same);
                        Piece other = new Piece(head.substring(0, i) + c + head.substring(i + 1), 3, 0);
                        assertEquals(fresh(in, other), parse(parser, in, other), other.head());
                    }
                }
            });
        }
    }

    @Test
    void keepsAHeadThatIsAsLongAsTheOneBefore() {
        byte[] bytes = Wire.bytes(HEADS[0] + HEADS[1]);
        int length = bytes.length / 2;
        RepeatedHead head = new RepeatedHead();
        Wire.with(ROOM, in -> {
            in.writeBytes(bytes);
            head.parsed(in, 0, length);
            assertEquals(0, head.lengthAt(in, 0, length));
            head.parsed(in, length, length);
            assertEquals(0, head.lengthAt(in, 0, length));
            assertEquals(length, head.lengthAt(in, length, 2 * length));
            assertEquals(0, head.lengthAt(in, length, 2 * length - 1));
            head.forget();
            assertEquals(0, head.lengthAt(in, length, 2 * length));
        });
    }

    @Test
    void keepsNoMoreThanTheLimit() {
        Wire.with(ROOM, in -> {
            in.writeIndex(RepeatedHead.MAX_BYTES + 1);
            for (int length : new int[] {RepeatedHead.MAX_BYTES, RepeatedHead.MAX_BYTES + 1}) {
                RepeatedHead head = new RepeatedHead();
                head.parsed(in, 0, length);
                head.parsed(in, 0, length);
                assertEquals(length == RepeatedHead.MAX_BYTES ? length : 0, head.lengthAt(in, 0, length));
            }
        });
    }
}
