package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.http.HeaderName;
import io.eventloop.http.h1.BodyEncoding;
import io.eventloop.http.h1.HeadWriter;
import io.eventloop.http.h1.RequestEncoder;

/**
 * Writes one request: its head, and its content, at once, after the peer has agreed to it, or as its source has it.
 */
final class RequestWriter {
    private static final String CONTINUE = "100-continue";

    private final Attempt attempt;
    private final RequestEncoder encoder;
    private Connection connection;
    private ClientRequest request;
    private BodyEncoding encoding = BodyEncoding.NONE;
    private BodyStream stream;
    private boolean isContinueAwaited;
    private boolean isEnded;

    /** Bytes sent when progress was looked at last, and whether some were queued then. */
    private long sentMark;

    private boolean wasQueued;

    RequestWriter(Attempt attempt, RequestEncoder encoder) {
        this.attempt = attempt;
        this.encoder = encoder;
    }

    /** Queues the head. If that throws nothing is queued. */
    void begin(Connection on, ClientRequest toSend) {
        connection = on;
        request = toSend;
        isContinueAwaited = false;
        isEnded = false;
        wasQueued = false;
        sentMark = on.bytesSent();
        writeHead();
    }

    private void writeHead() {
        HeadWriter head = encoder.begin(request.method(), request.requestTarget(), request.authority());
        head.fields(request.fields());
        if (request.expectsContinue()) {
            head.field(HeaderName.EXPECT, CONTINUE);
        }
        long length = request.body().length();
        encoding = encoder.finish(length, request.isKeptAlive());
        Buffer out = connection.loop().buffers().acquire(encoder.length() + (isAppended() ? (int) length : 0));
        encoder.writeTo(out);
        if (isAppended()) {
            ((BytesBody) request.body()).appendTo(out);
        }
        connection.write(out);
    }

    /** Whether the content goes behind the head, into the same buffer. */
    private boolean isAppended() {
        return !request.expectsContinue() && request.body() instanceof BytesBody bytes && bytes.isSmall();
    }

    /** The content, if it is not there already. */
    void proceed() {
        if (encoding == BodyEncoding.NONE || isAppended()) {
            end();
        } else if (request.expectsContinue()) {
            isContinueAwaited = true;
            attempt.enter(Deadlines.Phase.CONTINUE);
        } else {
            startBody();
        }
    }

    /** The peer wants the content, or has not said so in time (RFC 9110 §10.1.1). */
    void agreed() {
        if (isContinueAwaited) {
            startBody();
        }
    }

    /** The final head is there: content that still waits for the peer's word is never sent (RFC 9110 §10.1.1). */
    void answered() {
        isContinueAwaited = false;
    }

    private void startBody() {
        isContinueAwaited = false;
        attempt.enter(Deadlines.Phase.WRITE);
        attempt.bodyStarts();
        stream = new BodyStream(attempt, connection, request.body(), encoding);
        stream.start();
    }

    void onWritable() {
        if (stream != null) {
            stream.onWritable();
        }
    }

    boolean isWriting(BodyStream candidate) {
        return stream == candidate;
    }

    /** All of it is queued. */
    void end() {
        isEnded = true;
        attempt.requestEnded();
    }

    /** Whether all of it is queued. */
    boolean isEnded() {
        return isEnded;
    }

    /** Lets go of the content, which is to be stopped then; null if there is none. */
    BodyStream release() {
        BodyStream released = stream;
        stream = null;
        return released;
    }

    /** Holds nothing of the request. */
    void forget() {
        connection = null;
        request = null;
    }

    /** Whether something of it has still to leave. */
    boolean isPending() {
        return !isEnded || connection.queuedBytes() > 0;
    }

    /** Whether the peer has taken some of it since this was asked last, or all of it. */
    boolean madeProgress() {
        boolean isQueued = isPending();
        boolean progress = isQueued ? connection.bytesSent() != sentMark : wasQueued;
        wasQueued = isQueued;
        sentMark = connection.bytesSent();
        return progress;
    }
}
