/** A transport over Linux epoll, with no native code of its own: system calls go through {@code java.lang.foreign}. */
module io.eventloop.epoll {
    requires transitive io.eventloop;

    exports io.eventloop.epoll;

    provides io.eventloop.spi.TransportProvider with
            io.eventloop.epoll.EpollTransportProvider;
}
