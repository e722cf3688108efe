package io.eventloop.epoll;

import io.eventloop.EchoRoundTrip;
import io.eventloop.EchoServer;
import io.eventloop.NettyEcho;
import io.eventloop.OurEcho;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

/** Round trips of ours on epoll and of Netty's epoll transport with its native library. */
public class RoundTripBenchmark extends EchoRoundTrip {
    @Override
    protected EchoServer ours() {
        return new OurEcho("epoll");
    }

    @Override
    protected EchoServer netty() {
        return new NettyEcho(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
    }
}
