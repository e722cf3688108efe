package io.eventloop;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A blocking connection that sends a message and waits until all of it has come back. It allocates nothing. */
public final class EchoClient implements AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer message;

    /** Connects. */
    public EchoClient(InetSocketAddress server, int messageBytes) throws IOException {
        message = ByteBuffer.allocateDirect(messageBytes);
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** One round trip. */
    public void exchange() throws IOException {
        message.clear();
        while (message.hasRemaining()) {
            channel.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new EOFException(message.remaining() + " bytes did not come back");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
