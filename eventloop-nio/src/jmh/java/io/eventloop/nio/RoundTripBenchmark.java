package io.eventloop.nio;

import io.eventloop.EchoRoundTrip;
import io.eventloop.EchoServer;
import io.eventloop.NettyEcho;
import io.eventloop.OurEcho;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/** Round trips of ours on {@code java.nio} and of Netty's NIO transport. */
public class RoundTripBenchmark extends EchoRoundTrip {
    @Override
    protected EchoServer ours() {
        return new OurEcho("nio");
    }

    @Override
    protected EchoServer netty() {
        return new NettyEcho(NioIoHandler.newFactory(), NioServerSocketChannel.class);
    }
}
