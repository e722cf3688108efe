package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * The handler of one exchange that does anything in any callback, most of it at the wrong time: ends, sends again, gives up,
 * throws. What it sends is always the token of its request. It notes the callbacks that should not have been.
 */
final class Unruly implements StreamHandler {
    static final HeaderName TOKEN = HeaderName.of("X-Token");

    /** What it throws by intention. */
    static final class Outburst extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final HttpReply SWITCH =
            HttpReply.of(HttpStatus.SWITCHING_PROTOCOLS).with(HeaderName.UPGRADE, "x");
    private static final int MAX_DEPTH = 6;

    private final SeededRandom random;
    private final String token;
    private final byte[] text;
    private final StringBuilder wrong;
    private int depth;
    private boolean isDeferred;
    private boolean isBodyEnded;
    private boolean isAborted;
    private boolean isSent;

    private Unruly(SeededRandom random, String token, StringBuilder wrong) {
        this.random = random;
        this.token = token;
        this.wrong = wrong;
        text = (token + ";").getBytes(StandardCharsets.US_ASCII);
    }

    static void handle(HttpExchange exchange, SeededRandom random, StringBuilder wrong) {
        Unruly unruly = new Unruly(random, exchange.request().path().substring(1), wrong);
        if (random.nextInt(4) > 0) {
            exchange.stream(unruly);
        }
        unruly.act(exchange);
        if (!unruly.isSent && random.nextInt(8) > 0) {
            exchange.stream(unruly);
        }
    }

    /** Up to four things, one of which may be to throw. */
    private void act(HttpExchange exchange) {
        if (++depth <= MAX_DEPTH) {
            for (int left = random.nextInt(4); left > 0; left--) {
                try {
                    actOnce(exchange);
                } catch (IllegalStateException | RejectedExecutionException e) {
                    // It was the wrong time.
                }
            }
        }
        depth--;
    }

    private void actOnce(HttpExchange exchange) {
        HttpReply head = HttpReply.of(HttpStatus.OK).with(TOKEN, token);
        switch (random.nextInt(23)) {
            case 0, 1, 2 -> {
                boolean isLate = exchange.isDone();
                exchange.send(HttpReply.of(HttpStatus.OK, "text/plain", text).with(TOKEN, token));
                isSent |= !isLate;
            }
            case 3, 4 -> exchange.start(head, HttpExchange.UNKNOWN_LENGTH);
            case 5 -> exchange.start(head, 3L * text.length);
            case 6, 7 -> exchange.write(text);
            case 8 ->
                exchange.write(exchange.loop().buffers().acquire(text.length).writeBytes(text));
            case 9, 10 -> {
                boolean isLate = exchange.isDone();
                exchange.end();
                isSent |= !isLate;
            }
            case 11 -> exchange.pauseBody();
            case 12 -> exchange.resumeBody();
            case 13 -> exchange.stream(this);
            case 14 -> defer(exchange);
            case 15 -> {
                defer(exchange);
                Duration delay = Duration.ofMillis(random.nextInt(1500));
                exchange.loop().schedule(delay, () -> exchange.execute(() -> act(exchange)));
            }
            case 16 -> {
                if (random.nextInt(4) == 0) {
                    exchange.abort();
                }
            }
            case 17 ->
                exchange.readBody(random.nextInt(100_000), (same, body) -> {
                    isBodyEnded = true;
                    act(same);
                });
            case 18 -> {
                defer(exchange);
                exchange.execute(() -> act(exchange));
            }
            case 19 -> {
                if (random.nextInt(4) == 0) {
                    exchange.write((token + ";").repeat(5000).getBytes(StandardCharsets.US_ASCII));
                }
            }
            case 20 -> {
                exchange.upgrade(SWITCH, (connection, in) -> in.skip(in.readableBytes()))
                        .close();
                isSent = true;
            }
            case 21 -> exchange.trailers().count();
            default -> {
                if (random.nextInt(4) == 0) {
                    throw new Outburst();
                }
            }
        }
    }

    private void defer(HttpExchange exchange) {
        exchange.defer();
        isDeferred = true;
    }

    /** A callback after the last one, or after an answer; and a request that is another's by now. */
    private void check(String callback, HttpExchange exchange) {
        if (isAborted || isSent || isBodyEnded && callback.equals("onData")) {
            wrong.append(token).append(": ").append(callback).append(" after the end; ");
        }
        if (isDeferred && exchange.isDone() && !callback.equals("onAborted")) {
            wrong.append(token).append(": ").append(callback).append(" though it is done; ");
        }
    }

    @Override
    public void onData(HttpExchange exchange, Buffer data) {
        check("onData", exchange);
        data.release();
        act(exchange);
    }

    @Override
    public void onEnd(HttpExchange exchange) {
        check("onEnd", exchange);
        isBodyEnded = true;
        act(exchange);
    }

    @Override
    public void onWritable(HttpExchange exchange) {
        check("onWritable", exchange);
        act(exchange);
    }

    @Override
    public void onDrain(HttpExchange exchange) {
        check("onDrain", exchange);
        act(exchange);
    }

    @Override
    public void onAborted(HttpExchange exchange) {
        check("onAborted", exchange);
        isAborted = true;
        act(exchange);
    }
}
