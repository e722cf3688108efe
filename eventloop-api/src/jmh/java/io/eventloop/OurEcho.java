package io.eventloop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The echo server of the README on one of our loops, all deadlines on, with the production pool. */
public final class OurEcho implements EchoServer {
    private final EventLoopGroup group;
    private final InetSocketAddress address;

    /** Starts it on the transport of that name. */
    public OurEcho(String transport) {
        BufferPoolOptions pool = BufferPoolOptions.builder().guarded(false).build();
        group = EventLoopGroup.builder()
                .loops(1)
                .transport(transport)
                .options(LoopOptions.DEFAULT.withBuffers(pool))
                .build();
        try {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            address = (InetSocketAddress)
                    group.listen(any, connection -> new Echo()).address();
        } catch (IOException e) {
            group.close();
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        group.close();
    }

    private static final class Echo implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            if (!connection.write(in.detach())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            connection.resumeReading();
        }
    }
}
