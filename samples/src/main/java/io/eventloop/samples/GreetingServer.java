package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A backend to try the proxy with: whatever is asked, it answers with a greeting, in the form of an HTTP/1.1 response, and
 * closes. It is no HTTP server: it looks for the empty line that ends a request's head, and at nothing else.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a head without an end is answered once it has {@value #MAX_HEAD_BYTES} bytes.
 */
final class GreetingServer implements ConnectionHandler {
    private static final int MAX_HEAD_BYTES = 16 << 10;

    private static final String GREETING = "Hello from the greeting server behind the proxy.\n";

    private static final byte[] RESPONSE = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                    + GREETING.length() + "\r\nConnection: close\r\n\r\n" + GREETING)
            .getBytes(StandardCharsets.US_ASCII);

    private int headBytes;
    private int lineBytes;

    private GreetingServer() {}

    static Listener listen(EventLoopGroup group, InetSocketAddress local) throws IOException {
        return group.listen(local, connection -> new GreetingServer());
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        while (in.isReadable()) {
            byte next = in.readByte();
            headBytes++;
            if (next == '\n' && lineBytes == 0 || headBytes == MAX_HEAD_BYTES) {
                in.skip(in.readableBytes());
                greet(connection);
                return;
            }
            if (next == '\n') {
                lineBytes = 0;
            } else if (next != '\r') {
                lineBytes++;
            }
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        greet(connection);
    }

    private static void greet(Connection connection) {
        connection.write(RESPONSE);
        connection.close();
    }
}
