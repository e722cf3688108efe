package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.h1.BodyEncoder;
import io.eventloop.http.h1.BodyEncoding;
import io.eventloop.http.h1.DateCache;
import io.eventloop.http.h1.HeadWriter;
import io.eventloop.http.h1.RequestTraits;
import io.eventloop.http.h1.ResponseEncoder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Writes one response into the batch of its loop. Who calls it flushes the batch. */
final class H1Response {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerLoop server;
    private final BodyEncoder body = new BodyEncoder();
    private Connection connection;
    private BodyEncoding encoding = BodyEncoding.NONE;
    private int status;
    private long bodyBytes;
    private boolean isStarted;
    private boolean isEnded;
    private boolean isKeptAlive;

    H1Response(ServerLoop server) {
        this.server = server;
    }

    void begin(Connection to) {
        if (connection != to) {
            connection = to;
        }
        status = 0;
        bodyBytes = 0;
        isStarted = false;
        isEnded = false;
        isKeptAlive = false;
    }

    boolean isStarted() {
        return isStarted;
    }

    boolean isEnded() {
        return isEnded;
    }

    boolean isKeptAlive() {
        return isKeptAlive;
    }

    int status() {
        return status;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    void checkNew() {
        if (isStarted) {
            throw new IllegalStateException("there is a response already");
        }
    }

    void sendContinue() {
        server.batch.to(connection);
        server.batch.append(CONTINUE);
        server.counters.countResponse(HttpStatus.CONTINUE.code());
    }

    void send(RequestTraits traits, HttpReply reply) {
        checkFinal(traits, reply);
        server.batch.to(connection);
        server.refreshDate();
        HttpReply.Prepared ready = reply.prepared();
        if (ready != null && isPlain(traits)) {
            server.repeated.write(ready, server.dates, server.batch);
            encoding = BodyEncoding.LENGTH;
            isKeptAlive = true;
        } else {
            boolean isAgain = reply.isUsed();
            Buffer out = head(traits, reply, reply.bodyLength());
            if (isAgain && isPlain(traits)) {
                prepare(reply, out);
            }
            if (encoding == BodyEncoding.LENGTH) {
                server.batch.append(reply.bytes());
            }
        }
        status = reply.status().code();
        isStarted = true;
        isEnded = true;
        bodyBytes = encoding == BodyEncoding.LENGTH ? reply.bodyLength() : 0;
    }

    private static boolean isPlain(RequestTraits traits) {
        return traits.isKeptAlive() && traits.takesChunks() && !traits.isHead() && !traits.isConnect();
    }

    /** Keeps the bytes of a reply whose head was just written. */
    private void prepare(HttpReply reply, Buffer out) {
        int length = server.encoder.length();
        int behind = 2 + reply.bodyLength();
        if (encoding != BodyEncoding.LENGTH
                || !isKeptAlive
                || reply.has(HeaderName.DATE)
                || length + reply.bodyLength() > OutputBatch.BYTES) {
            return;
        }
        byte[] before = new byte[length - 2 - DateCache.FIELD_BYTES];
        out.getBytes(out.writeIndex() - length, before, 0, before.length);
        byte[] rest = new byte[behind];
        rest[0] = '\r';
        rest[1] = '\n';
        System.arraycopy(reply.bytes(), 0, rest, 2, reply.bodyLength());
        reply.prepared(new HttpReply.Prepared(before, rest));
    }

    /** Writes a head. Returns the buffer it was written to, as the last bytes there. */
    private Buffer head(RequestTraits traits, HttpReply reply, long length) {
        server.batch.to(connection);
        server.refreshDate();
        ResponseEncoder encoder = server.encoder;
        HeadWriter writer = encoder.begin(traits, reply.status());
        reply.writeFields(writer);
        BodyEncoding how = encoder.finish(length);
        Buffer out = server.batch.room(encoder.length());
        encoder.writeTo(out);
        encoding = how;
        isKeptAlive = encoder.isKeptAlive();
        status = reply.status().code();
        return out;
    }

    private static void checkFinal(RequestTraits traits, HttpReply reply) {
        HttpStatus status = reply.status();
        if (status.isInformational() || traits.isConnect() && status.isSuccess()) {
            throw new IllegalStateException(status + " is no response here; upgrade hands a connection over");
        }
    }

    void start(RequestTraits traits, HttpReply reply, long length) {
        checkFinal(traits, reply);
        head(traits, reply, length);
        isStarted = true;
        body.begin(encoding, length);
    }

    void sendFile(RequestTraits traits, HttpReply reply, FileChannel file, long position, long count) {
        try {
            checkNew();
            checkFinal(traits, reply);
            if (position < 0 || count < 0) {
                throw new IllegalArgumentException("position " + position + ", count " + count + ": one is negative");
            }
            head(traits, reply, count);
            isStarted = true;
        } catch (RuntimeException e) {
            closeQuietly(file);
            throw e;
        }
        if (encoding == BodyEncoding.LENGTH) {
            server.batch.append(file, position, count);
            bodyBytes = count;
        } else {
            closeQuietly(file);
        }
        isEnded = true;
    }

    static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was to be read from it any more.
        }
    }

    void write(Buffer data) {
        int count = data.readableBytes();
        if (!isStarted || isEnded) {
            data.release();
            checkOpen();
        }
        if (count == 0 || encoding == BodyEncoding.NONE) {
            data.release();
            return;
        }
        server.batch.to(connection);
        try {
            before(count);
        } catch (RuntimeException e) {
            data.release();
            throw e;
        }
        server.batch.append(data);
        body.after(server.batch.room(BodyEncoder.MAX_CHUNK_BYTES));
        bodyBytes += count;
    }

    void write(byte[] data) {
        checkOpen();
        if (data.length == 0 || encoding == BodyEncoding.NONE) {
            return;
        }
        server.batch.to(connection);
        before(data.length);
        server.batch.append(data);
        body.after(server.batch.room(BodyEncoder.MAX_CHUNK_BYTES));
        bodyBytes += data.length;
    }

    /** What is refused leaves no buffer in the batch: who calls it does not flush then. */
    private void before(int count) {
        Buffer out = server.batch.room(BodyEncoder.MAX_CHUNK_BYTES);
        try {
            body.before(out, count);
        } catch (RuntimeException e) {
            server.batch.flush();
            throw e;
        }
    }

    private void checkOpen() {
        if (!isStarted || isEnded) {
            throw new IllegalStateException(isEnded ? "the response has ended" : "the response was not started");
        }
    }

    void end() {
        checkOpen();
        server.batch.to(connection);
        if (encoding != BodyEncoding.NONE) {
            Buffer out = server.batch.room(BodyEncoder.MAX_END_BYTES);
            try {
                body.end(out);
            } catch (RuntimeException e) {
                server.batch.flush();
                throw e;
            }
        }
        isEnded = true;
    }

    void upgrade(RequestTraits traits, HttpReply reply) {
        head(traits, reply, 0);
        isStarted = true;
        isEnded = true;
    }
}
