package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpStatus;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The budget of a request in steady state: no byte of heap. */
class CodecAllocationTest {
    private static final int ROUNDS = 10_000;
    private static final byte[] GET = Wire.bytes("GET /plain?x=1 HTTP/1.1⏎Host: localhost:8080⏎User-Agent: x⏎X-Own: 1⏎"
            + "Accept: */*⏎Connection: keep-alive, upgrade⏎Upgrade: h2c⏎⏎");
    private static final byte[] GOOD = Wire.bytes(Wire.GOOD);
    private static final byte[] POST =
            Wire.bytes("POST / HTTP/1.1⏎Host: a⏎Transfer-Encoding: chunked⏎Expect: 100-continue⏎⏎"
                    + "5;a=\"b\"⏎hello⏎0⏎X-Sum: 1⏎⏎PUT http://a/ HTTP/1.1⏎Host: a⏎Content-Length: 5⏎⏎hello");
    private static final byte[] RESPONSE = Wire.bytes("HTTP/1.1 200 OK⏎Server: a⏎Content-Length: 5⏎⏎hello");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
    private final ResponseParser responseParser = new ResponseParser(HttpLimits.DEFAULT);
    private final BodyDecoder body = new BodyDecoder(HttpLimits.DEFAULT);
    private final DateCache dates = new DateCache(1);
    private final ResponseEncoder encoder = new ResponseEncoder(HttpLimits.DEFAULT, dates);
    private final BodyEncoder bodyEncoder = new BodyEncoder();
    private final HeaderBlock block = HeaderBlock.of(HeaderName.SERVER, "a");
    private long sink;

    @Test
    void parsesRequestsWithoutAllocating() {
        assertAllocatesNothing(GET.length, in -> {
            in.clear().writeBytes(GET);
            sink += parser.parse(in) ? 1 : 0;
            sink += parser.request().pathIs("/plain") ? 1 : 0;
            sink += parser.request().headers().indexOf(HeaderName.ACCEPT);
            // A head that is sent again is not parsed.
            in.clear().writeBytes(GOOD);
            sink += parser.parse(in) ? 1 : 0;
        });
    }

    @Test
    void recognisesARepeatedHeadWithoutAllocating() {
        assertAllocatesNothing(GET.length, in -> {
            in.clear().writeBytes(GET);
            sink += parser.parse(in) ? 1 : 0;
        });
    }

    @Test
    void parsesRequestsThatComeInPiecesWithoutAllocating() {
        assertAllocatesNothing(GET.length, in -> {
            in.clear();
            for (int i = 0; i < GET.length; i++) {
                sink += parser.parse(in.writeByte(GET[i])) ? 1 : 0;
            }
        });
    }

    @Test
    void decodesBodiesWithoutAllocating() {
        assertAllocatesNothing(POST.length, in -> {
            in.clear().writeBytes(POST);
            for (int i = 0; i < 2; i++) {
                parser.parse(in);
                body.begin(parser.request().bodyLength());
                for (int count = body.next(in, 100); count > 0; count = body.next(in, 100)) {
                    in.skip(count);
                }
                sink += body.trailers().count();
            }
        });
    }

    @Test
    void parsesResponsesWithoutAllocating() {
        assertAllocatesNothing(RESPONSE.length, in -> {
            in.clear().writeBytes(RESPONSE);
            sink += responseParser.parse(in, HttpMethod.GET) ? 1 : 0;
            body.begin(responseParser.response().bodyLength());
            in.skip(body.next(in, 100));
        });
    }

    @Test
    void encodesResponsesWithoutAllocating() {
        assertAllocatesNothing(512, out -> {
            out.clear();
            dates.refresh(sink += 1000);
            encoder.begin(RequestTraits.UNKNOWN, HttpStatus.OK)
                    .block(block)
                    .field(HeaderName.CONTENT_TYPE, "text/plain")
                    .field(HeaderName.AGE, sink & 0xFFFF);
            bodyEncoder.begin(encoder.finish(-1), -1);
            encoder.writeTo(out);
            bodyEncoder.before(out, 1);
            bodyEncoder.after(out.writeByte('x'));
            bodyEncoder.end(out);
        });
    }

    @Test
    void encodesRequestsWithoutAllocating() {
        RequestEncoder requests = new RequestEncoder(HttpLimits.DEFAULT);
        assertAllocatesNothing(512, out -> {
            requests.begin(HttpMethod.POST, "/a?b=%41", "[::1]:80").field(HeaderName.ACCEPT, "*/*");
            sink += requests.finish(5, true).ordinal();
            requests.writeTo(out.clear());
        });
    }

    private interface Step {
        void run(Buffer buffer);
    }

    private void assertAllocatesNothing(int size, Step step) {
        Wire.with(size, buffer -> {
            long least = Long.MAX_VALUE;
            // The first rounds compile and fill caches; later ones have to be clean.
            for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < ROUNDS; i++) {
                    step.run(buffer);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes allocated in " + ROUNDS + " rounds");
        });
    }
}
