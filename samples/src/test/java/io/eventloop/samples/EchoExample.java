package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import java.net.InetSocketAddress;

/** The example of the README, which shows it from the next line on; {@link ReadmeTest} compares the two. */
public final class EchoExample implements ConnectionHandler {
    public static void main(String[] args) throws Exception {
        try (EventLoopGroup group = EventLoopGroup.builder().build()) {
            Listener listener = group.listen(new InetSocketAddress(7777), connection -> new EchoExample());
            listener.closed().join();
        }
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        if (!connection.write(in.detach())) { // the bytes move, they are not copied
            connection.pauseReading(); // the peer does not take what it gets
        }
    }

    @Override
    public void onWritable(Connection connection) {
        connection.resumeReading();
    }
}
