package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.http.HttpFields;
import io.eventloop.http.h1.BodyEncoder;
import io.eventloop.http.h1.BodyEncoding;

/**
 * The content of one request on its way into one connection. It is made for each attempt, so that a source which keeps it
 * too long can never write into another request.
 */
final class BodyStream implements RequestStream {
    /** Contents up to this are copied behind what frames them, into one buffer. */
    private static final int COPIED_BYTES = 2048;

    /** What stands around one piece: size, two line ends. */
    private static final int FRAMING_BYTES = BodyEncoder.MAX_CHUNK_BYTES + 2;

    /** For each trailer field beside its name and value. */
    private static final int FIELD_FRAMING_BYTES = 4;

    private static final HttpFields NO_TRAILERS = new HttpFields();

    private final Attempt attempt;
    private final Connection connection;
    private final RequestBody body;
    private final BodyEncoder encoder = new BodyEncoder();
    private final boolean isFramed;
    private long written;

    /** Of what is being written a part is in the connection's queue, so that the rest has to follow. */
    private boolean isPartQueued;

    private boolean isEnded;
    private boolean isStopped;

    BodyStream(Attempt attempt, Connection connection, RequestBody body, BodyEncoding encoding) {
        this.attempt = attempt;
        this.connection = connection;
        this.body = body;
        isFramed = encoding == BodyEncoding.CHUNKED;
        encoder.begin(encoding, body.length());
    }

    @Override
    public Buffer acquire(int minBytes) {
        return connection.loop().buffers().acquire(minBytes);
    }

    @Override
    public boolean write(byte[] content) {
        return !isStopped && write(acquire(Math.max(1, content.length)).writeBytes(content));
    }

    @Override
    public boolean write(Buffer content) {
        int count = content.readableBytes();
        if (isStopped || count == 0) {
            content.release();
            return !isStopped && connection.isWritable();
        }
        long queued = connection.queuedBytes() + count + FRAMING_BYTES;
        if (queued > connection.limits().maxQueuedBytes()) {
            content.release();
            throw new WriteLimitExceededException("the content would make " + queued + " bytes queued, of "
                    + connection.limits().maxQueuedBytes() + " on " + connection.remoteAddress());
        }
        Buffer owned = content;
        try {
            Buffer before = null;
            if (isFramed) {
                before = acquire(FRAMING_BYTES + (count <= COPIED_BYTES ? count : 0));
            }
            announce(before, count);
            written += count;
            owned = null;
            isPartQueued = false;
            return before == null ? connection.write(content) : writeFramed(before, content, count);
        } catch (RuntimeException e) {
            if (owned == null && !isPartQueued && e instanceof WriteLimitExceededException) {
                // The pieces in the queue are limited too, which only the connection knows of.
                encoder.takeBack(count);
                written -= count;
                throw e;
            }
            if (owned != null) {
                owned.release();
            }
            attempt.bodyFailed(this, e);
            throw e;
        }
    }

    private void announce(Buffer before, int count) {
        try {
            encoder.before(before, count);
        } catch (RuntimeException e) {
            if (before != null) {
                before.release();
            }
            throw e;
        }
    }

    private boolean writeFramed(Buffer before, Buffer content, int count) {
        if (count <= COPIED_BYTES) {
            before.writeBytes(content, count);
            content.release();
            encoder.after(before);
            return connection.write(before);
        }
        boolean isContentOwned = true;
        try {
            connection.write(before);
            isPartQueued = true;
            isContentOwned = false;
            connection.write(content);
        } finally {
            if (isContentOwned) {
                content.release();
            }
        }
        Buffer after = acquire(FRAMING_BYTES);
        encoder.after(after);
        return connection.write(after);
    }

    @Override
    public void end() {
        end(NO_TRAILERS);
    }

    @Override
    public void end(HttpFields trailers) {
        if (isStopped) {
            return;
        }
        Buffer out = null;
        try {
            out = isFramed ? acquire(endBytes(trailers)) : null;
            encoder.end(out, trailers);
            isEnded = true;
            if (out != null) {
                Buffer last = out;
                out = null;
                connection.write(last);
            }
        } catch (RuntimeException e) {
            if (out != null) {
                out.release();
            }
            attempt.bodyFailed(this, e);
            throw e;
        }
        attempt.requestEnded(this);
    }

    private static int endBytes(HttpFields trailers) {
        int bytes = BodyEncoder.MAX_END_BYTES;
        for (int i = 0; i < trailers.count(); i++) {
            bytes += trailers.name(i).length() + trailers.value(i).length() + FIELD_FRAMING_BYTES;
        }
        return bytes;
    }

    @Override
    public void fail(Throwable cause) {
        if (isOpen()) {
            attempt.bodyFailed(this, cause);
        }
    }

    @Override
    public long writtenBytes() {
        return written;
    }

    @Override
    public boolean isOpen() {
        return !isEnded && !isStopped;
    }

    // For the attempt.

    void start() {
        contain(true);
    }

    void onWritable() {
        if (isOpen()) {
            contain(false);
        }
    }

    /** Calls the source; what it throws is the exchange's failure, unless it is that already. */
    private void contain(boolean isStart) {
        try {
            if (isStart) {
                body.start(this);
            } else {
                body.onWritable(this);
            }
        } catch (RuntimeException e) {
            attempt.bodyFailed(this, e);
        }
    }

    /** Nothing more is taken; the source is told, unless it had ended. */
    void stop() {
        if (isStopped) {
            return;
        }
        isStopped = true;
        if (!isEnded) {
            try {
                body.onStopped(this);
            } catch (RuntimeException e) {
                attempt.report("onStopped of " + body + " threw", e);
            }
        }
    }
}
