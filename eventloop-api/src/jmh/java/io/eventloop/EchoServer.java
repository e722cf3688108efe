package io.eventloop;

import java.net.InetSocketAddress;

/** A server on the loopback interface, with one loop, that sends back what it receives. */
public interface EchoServer extends AutoCloseable {

    /** Where it listens. */
    InetSocketAddress address();

    @Override
    void close();
}
