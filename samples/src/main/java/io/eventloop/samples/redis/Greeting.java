package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/**
 * What is said on a new connection to the server before it counts as one that speaks RESP3.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the connection is the pool's, whose handler takes over.
 *
 * <p><b>Failure:</b> a server that refuses, or answers with what is not RESP, is left again: the pool counts a connect
 * that failed.
 */
final class Greeting implements ConnectionHandler {
    private static final byte[] HELLO = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n".getBytes(ISO_8859_1);

    private final RedisLoop redis;
    private final ConnectionHandler pool;
    private final RespScanner reply;

    Greeting(RedisLoop redis, ConnectionHandler pool) {
        this.redis = redis;
        this.pool = pool;
        this.reply = new RespScanner(redis.options().maxBulkBytes());
    }

    @Override
    public void onOpen(Connection connection) {
        connection.write(HELLO);
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        try {
            int end = reply.take(in, in.readIndex(), in.writeIndex());
            in.readIndex(end);
        } catch (RespException e) {
            redis.log("the server's answer to HELLO: " + e.getMessage());
            connection.abort();
            return;
        }
        if (reply.valueType() == '-') {
            redis.log("the server refuses RESP3");
            connection.abort();
        } else if (reply.isComplete()) {
            connection.handler(pool);
            pool.onOpen(connection);
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        pool.onClosed(connection, reason);
    }
}
