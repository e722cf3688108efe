package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The head of a request parsed, and the answer to it encoded, beside Netty's codec in a channel without a socket. Netty's
 * figures contain that channel's queues, ours contain none: what is compared is what each takes to come from bytes to a
 * request that can be asked for its path, and back to bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--sun-misc-unsafe-memory-access=allow")
public class HttpParseBenchmark {
    private static final String BROWSER = "GET /articles/2026/11/overview?page=2&sort=recent HTTP/1.1\r\n"
            + "Host: www.example.com\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
            + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
            + "Accept-Language: en-US,en;q=0.5\r\n"
            + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
            + "Referer: https://www.example.com/articles\r\n"
            + "Connection: keep-alive\r\n"
            + "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
            + "Upgrade-Insecure-Requests: 1\r\n"
            + "Sec-Fetch-Mode: navigate\r\n\r\n";
    private static final byte[] CONTENT = latin1("Hello, World!");

    /** What {@code wrk} sends, and what a browser sends. */
    @Param({"small", "browser"})
    public String request;

    /** Whether the next head is the same, another one as long, or one of another length. */
    @Param({"same", "asLong", "other"})
    public String next;

    private SlabPool pool;
    private Buffer in;
    private int second;
    private int at;
    private Buffer out;
    private final RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
    private final DateCache dates = new DateCache(1_700_000_000_000L);
    private final ResponseEncoder encoder = new ResponseEncoder(HttpLimits.DEFAULT, dates);
    private final HeaderBlock common = HeaderBlock.of(
            new HttpFields().add(HeaderName.SERVER, "eventloop").add(HeaderName.CONTENT_TYPE, "text/plain"));
    private int requestBytes;

    private EmbeddedChannel channel;
    private ByteBuf nettyIn;

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Fills the buffers. */
    @Setup
    public void setUp() {
        BufferPoolOptions options = BufferPoolOptions.builder().guarded(false).build();
        pool = new SlabPool(options, "benchmark", direct -> 0, () -> true);
        String text = request.equals("small") ? "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n" : BROWSER;
        byte[] bytes = latin1(text);
        requestBytes = bytes.length;
        in = pool.acquire(1 << 16);
        out = pool.acquire(1 << 12);
        second = next.equals("same") ? 0 : bytes.length;
        in.writeBytes(bytes)
                .writeBytes(latin1(text.replace("t HTTP/1.1", next.equals("other") ? " HTTP/1.1" : "x HTTP/1.1")));
        channel = new EmbeddedChannel(new HttpServerCodec());
        nettyIn = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** Gives them back. */
    @TearDown
    public void tearDown() {
        in.release();
        out.release();
        pool.close();
        channel.finishAndReleaseAll();
        nettyIn.release();
    }

    private void nextHead() {
        at ^= second;
        in.readIndex(at);
    }

    /** Bytes to request. */
    @Benchmark
    public boolean parse() {
        nextHead();
        return parser.parse(in) && parser.request().pathIs("/plaintext");
    }

    /** Bytes to request to bytes. */
    @Benchmark
    public int parseAndAnswer() {
        nextHead();
        out.clear();
        parser.parse(in);
        parser.request().pathIs("/plaintext");
        encoder.begin(RequestTraits.of(parser.request()), HttpStatus.OK).block(common);
        encoder.finish(CONTENT.length);
        encoder.writeTo(out);
        out.writeBytes(CONTENT);
        return out.writeIndex();
    }

    /** Netty: bytes to request to bytes. Its server codec expects an answer to each request, so there is no parsing alone. */
    @Benchmark
    public boolean nettyParseAndAnswer() {
        channel.writeInbound(nettyIn.retainedDuplicate().readerIndex(0).writerIndex(requestBytes));
        HttpRequest head = channel.readInbound();
        ReferenceCountUtil.release(channel.readInbound());
        channel.writeOutbound(answer());
        releaseOutbound();
        return head.uri().equals("/plaintext");
    }

    private static DefaultFullHttpResponse answer() {
        DefaultFullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(CONTENT));
        answer.headers()
                .set(HttpHeaderNames.SERVER, "eventloop")
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .set(HttpHeaderNames.DATE, "Tue, 14 Nov 2023 22:13:20 GMT")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, CONTENT.length);
        return answer;
    }

    private void releaseOutbound() {
        for (Object message = channel.readOutbound(); message != null; message = channel.readOutbound()) {
            ReferenceCountUtil.release(message);
        }
    }
}
