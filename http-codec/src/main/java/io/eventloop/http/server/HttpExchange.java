package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpStatus;
import java.net.SocketAddress;
import java.nio.channels.FileChannel;

/**
 * A request and its response, of whatever version of HTTP.
 *
 * <pre>
 *   send ─────────────────────────────────────────► done
 *   start ──► write ... ──► end ──────────────────► done
 *   upgrade ──────────────────────────────────────► the connection belongs to another protocol
 * </pre>
 *
 * <p>An exchange is used again for other requests: outside the callbacks it may be used only after {@link #defer()}, which
 * makes it this request's for good.
 *
 * <p><b>Threading:</b> loop-confined. Other threads go through {@link #execute}.
 *
 * <p><b>Ownership:</b> what is written is the connection's. The {@link #request()} is good until the handler returns or
 * takes the first data of the body.
 *
 * <p><b>Failure:</b> a second response, a write before {@link #start} or after the end, and a use outside the callbacks
 * without {@link #defer()} throw {@link IllegalStateException}. What comes after somebody else has ended the exchange is
 * dropped quietly, and {@link #isDone()} says so: after the connection has ended, and after the server has answered in the
 * handler's place, as at a deadline.
 *
 * <p>Not for extension outside this library.
 */
public abstract class HttpExchange {
    /** The length of a body that is not known in advance. */
    public static final long UNKNOWN_LENGTH = -1;

    final PathParameters parameters = new PathParameters();

    HttpExchange() {}

    /** Counts and tells what a handler threw, and of which request, as the end of a sentence. */
    abstract void report(String which, Throwable failure);

    /** The request's head. */
    public abstract HttpRequest request();

    /**
     * A copy of the value of a path parameter, percent-decoded; as {@link #request()}, to be asked for within the handler.
     *
     * @throws IllegalArgumentException if the route has no such parameter
     */
    public final String parameter(String name) {
        return parameters.value(request(), name);
    }

    /** The loop it lives on. */
    public abstract EventLoop loop();

    /** The peer. */
    public abstract SocketAddress remoteAddress();

    /** Keeps the exchange for an answer after the handler has returned; returns this. */
    public abstract HttpExchange defer();

    /**
     * Runs a task on the loop as a callback of this exchange, which has to be deferred: what it throws is told, counted and
     * answered like what a handler throws. Whatever answers later is best done here. May be called by any thread that got
     * the exchange after {@link #defer()}.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the loop's queue of tasks is full, or the loop has ended
     */
    public abstract void execute(Runnable task);

    /** Whether nothing can be written any more: the response is complete, or its connection over. */
    public abstract boolean isDone();

    /** Whether the response has begun. */
    public abstract boolean isStarted();

    // The request's body.

    /** Hands the body to a stream handler, which may be replaced. The peer is told to go on if it waits for that. */
    public abstract void stream(StreamHandler handler);

    /**
     * Collects the body. One that is longer is answered with 413, before it is read if its length is announced.
     *
     * @param maxBytes bytes of the body
     */
    public final void readBody(int maxBytes, BodyReceiver receiver) {
        BodyCollector.collect(this, maxBytes, receiver);
    }

    /** Stops reading the body, and with it the peer. */
    public abstract void pauseBody();

    /** Reads the body again. */
    public abstract void resumeBody();

    /** The trailer fields, within {@link StreamHandler#onEnd}. */
    public abstract HttpHeaders trailers();

    // The response.

    /** Sends a whole response. */
    public abstract void send(HttpReply reply);

    /** Sends a status with an empty body. */
    public final void send(HttpStatus status) {
        send(HttpReply.of(status));
    }

    /**
     * Sends a part of a file as the body; no memory is used for it. The file is closed after that, whatever comes of it.
     *
     * @param head the status and the fields; its own body is left out
     */
    public abstract void sendFile(HttpReply head, FileChannel file, long position, long count);

    /**
     * Sends the head of a response whose body is then written. Who reads the request's body as well calls {@link #stream}
     * before: otherwise it counts as rejected, and if it is not a short one the head says {@code Connection: close}.
     *
     * @param head the status and the fields; its own body is left out
     * @param bodyLength in bytes, or {@link #UNKNOWN_LENGTH}
     */
    public abstract void start(HttpReply head, long bodyLength);

    /**
     * Writes more of the body.
     *
     * @return false above the high-water mark: hold back until {@link StreamHandler#onWritable}
     */
    public abstract boolean write(Buffer data);

    /** Writes a copy of bytes. Returns as {@link #write(Buffer)}. */
    public abstract boolean write(byte[] data);

    /** Whether the queue is below its high-water mark. */
    public abstract boolean isWritable();

    /** Ends the body. */
    public abstract void end();

    /** Gives up: the connection is reset, which is the only way to take back a response that has begun. */
    public abstract void abort();

    /**
     * Hands the connection over: after 101 to a request that asks for an upgrade, or 2xx to CONNECT. Bytes that came behind
     * the request are offered to the handler; its {@code onOpen} is not called. The server does not know the connection
     * from then on: it counts, limits and drains it no more.
     *
     * @param head the status and the fields; a 101 has to have Upgrade
     * @return the connection
     * @throws IllegalStateException if the request does not allow it
     */
    public abstract Connection upgrade(HttpReply head, ConnectionHandler next);
}
