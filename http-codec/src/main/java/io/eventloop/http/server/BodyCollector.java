package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.http.HttpStatus;
import java.util.Arrays;

/** Collects a body up to a limit; memory grows with what has arrived, not with what was announced. */
final class BodyCollector implements StreamHandler {
    private static final int FIRST_BYTES = 1024;

    private final int maxBytes;
    private final BodyReceiver receiver;
    private byte[] bytes;
    private int length;

    private BodyCollector(int maxBytes, BodyReceiver receiver) {
        this.maxBytes = maxBytes;
        this.receiver = receiver;
        bytes = new byte[Math.min(maxBytes, FIRST_BYTES)];
    }

    static void collect(HttpExchange exchange, int maxBytes, BodyReceiver receiver) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 0");
        }
        if (exchange.request().bodyLength() > maxBytes) {
            exchange.send(ErrorReplies.of(HttpStatus.CONTENT_TOO_LARGE));
        } else {
            exchange.stream(new BodyCollector(maxBytes, receiver));
        }
    }

    @Override
    public void onData(HttpExchange exchange, Buffer data) {
        int more = data.readableBytes();
        if (exchange.isStarted() || more > maxBytes - length) {
            data.release();
            if (!exchange.isStarted()) {
                exchange.send(ErrorReplies.of(HttpStatus.CONTENT_TOO_LARGE));
            }
            return;
        }
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(2L * bytes.length, (long) length + more)));
        }
        data.readBytes(bytes, length, more);
        length += more;
        data.release();
    }

    @Override
    public void onEnd(HttpExchange exchange) {
        if (exchange.isStarted()) {
            return;
        }
        try {
            receiver.onBody(exchange, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new HandlerException(e);
        }
    }
}
