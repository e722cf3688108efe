package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpViolation;
import io.eventloop.testing.DecoderFeeds;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Messages as one line of text, fed in every awkward way. In the text ⏎ is CRLF, ␍ CR, ␊ LF, ␀ NUL and so on: the pictures
 * that Unicode has of control characters; all other characters are one byte each.
 */
final class Wire {
    static final String GOOD = "GET /good HTTP/1.1⏎Host: good⏎⏎";
    static final String GOOD_LOG = "GET /good HTTP/1.1 [Host=good]\n";
    static final String OK = "HTTP/1.1 200 OK⏎Content-Length: 2⏎⏎ok";
    static final String OK_LOG = "HTTP/1.1 200 [Content-Length=2] 'ok' end\n";

    private static final String CHUNKED = "POST / HTTP/1.1⏎Host: a⏎Transfer-Encoding: chunked⏎⏎";
    private static final String CHUNKED_LOG = "POST / HTTP/1.1 [Host=a, Transfer-Encoding=chunked] '";

    private static final int RANDOM_FEEDS = 3;

    private Wire() {}

    static byte[] bytes(String picture) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < picture.length(); i++) {
            char c = picture.charAt(i);
            if (c == '⏎') {
                text.append("\r\n");
            } else if (c == '␡') {
                text.append((char) 0x7F);
            } else {
                text.append(c >= '␀' && c <= '␠' ? (char) (c - '␀') : c);
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Requests are refused for this reason, alone and behind a good one, however they come. */
    static void refused(HttpViolation violation, String... requests) {
        for (String request : requests) {
            assertEquals("!" + violation, requests(request), request);
        }
    }

    /** The requests in this, as they are understood however they come. */
    static String requests(String picture) {
        return requests(picture, HttpLimits.DEFAULT);
    }

    static String requests(String picture, HttpLimits limits) {
        String log = read(picture, () -> new RequestLog(limits), RequestLog::feed);
        String behindGood = read(GOOD + picture, () -> new RequestLog(limits), RequestLog::feed);
        assertEquals(GOOD_LOG + log, behindGood);
        return log;
    }

    /** The responses in this, all of them to requests of one method, as they are understood however they come. */
    static String responses(HttpMethod method, String picture) {
        return responses(method, picture, HttpLimits.DEFAULT);
    }

    static String responses(HttpMethod method, String picture, HttpLimits limits) {
        String log = read(picture, () -> new ResponseLog(method, limits), ResponseLog::feed);
        if (method == HttpMethod.GET) {
            String behindGood = read(OK + picture, () -> new ResponseLog(method, limits), ResponseLog::feed);
            assertEquals(OK_LOG + log, behindGood);
        }
        return log;
    }

    /** The data and trailers of a chunked body, as they are understood however they come, alone and behind a good request. */
    static String chunks(String picture) {
        return chunks(picture, HttpLimits.DEFAULT);
    }

    static String chunks(String picture, HttpLimits limits) {
        String log = read(picture, () -> new ChunkLog(limits), ChunkLog::feed);
        String behindGood = read(GOOD + CHUNKED + picture, () -> new RequestLog(limits), RequestLog::feed);
        String asBody = GOOD_LOG + CHUNKED_LOG + log.replace(" end", "' end");
        assertEquals(asBody, behindGood.substring(0, Math.min(asBody.length(), behindGood.length())));
        return log;
    }

    private static <D> String read(String picture, Supplier<D> decoder, BiConsumer<D, Buffer> feed) {
        byte[] bytes = bytes(picture);
        DecoderFeeds.check(bytes, RANDOM_FEEDS, decoder, feed);
        D whole = decoder.get();
        with(bytes.length, in -> {
            feed.accept(whole, in.writeBytes(bytes));
            for (int split = 1; split < bytes.length; split++) {
                D other = decoder.get();
                in.clear();
                feed.accept(other, in.writeBytes(bytes, 0, split));
                feed.accept(other, in.writeBytes(bytes, split, bytes.length - split));
                assertEquals(whole.toString(), other.toString(), "split after " + split + " bytes");
            }
        });
        return whole.toString();
    }

    /** Runs with a buffer of this size that belongs to a guarded pool. */
    static void with(int size, Consumer<Buffer> body) {
        BufferPoolOptions options = BufferPoolOptions.builder()
                .classes(256, 1024, 4096)
                .slabBytes(1 << 16)
                .guarded(true)
                .build();
        try (SlabPool pool = new SlabPool(options, "wire", direct -> 0, () -> true)) {
            Buffer buffer = pool.acquire(Math.max(1, size));
            try {
                body.accept(buffer);
            } finally {
                buffer.release();
            }
        }
    }
}
