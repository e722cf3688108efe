package io.eventloop.http.client;

import io.eventloop.Timer;
import io.eventloop.testing.SeededRandom;

/** Content that is written in pieces, now and later; sometimes it gives up, or throws. */
final class TokenSource implements RequestBody {
    private final TokenExchange exchange;
    private final byte[] content;
    private final SeededRandom random;
    private final boolean isFramed;
    private final boolean isReplayable;
    private final Timer timer;
    private RequestStream stream;

    TokenSource(TokenExchange exchange, byte[] content) {
        this.exchange = exchange;
        this.content = content;
        random = exchange.random();
        isFramed = random.nextInt(2) == 0 || content.length == 0;
        isReplayable = random.nextInt(2) == 0;
        timer = exchange.loop().timer(this::write);
    }

    @Override
    public long length() {
        return isFramed ? UNKNOWN_LENGTH : content.length;
    }

    @Override
    public boolean isReplayable() {
        return isReplayable;
    }

    @Override
    public void start(RequestStream to) {
        exchange.sourceStarted();
        stream = to;
        write();
        exchange.endOfCallback();
    }

    @Override
    public void onWritable(RequestStream to) {
        write();
        exchange.endOfCallback();
    }

    private void write() {
        int from = (int) stream.writtenBytes();
        if (!stream.isOpen() || from == content.length) {
            end();
            return;
        }
        if (random.nextInt(60) == 0) {
            stream.fail(new IllegalStateException("gave up"));
            return;
        }
        int count = random.nextInt(3) == 0 ? 1 + random.nextInt(content.length - from) : content.length - from;
        stream.write(stream.acquire(count).writeBytes(content, from, count));
        if (stream.isOpen()) {
            timer.scheduleNanos(random.nextLong(50_000_000));
        }
    }

    private void end() {
        if (stream.isOpen()) {
            exchange.sourceEnded();
            stream.end();
        }
    }

    @Override
    public void onStopped(RequestStream to) {
        exchange.sourceEnded();
        timer.cancel();
        exchange.endOfCallback();
    }
}
