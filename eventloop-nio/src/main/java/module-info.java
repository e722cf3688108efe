/** A transport over {@code java.nio}: the default, and the one that works on every platform. */
module io.eventloop.nio {
    requires io.eventloop;

    provides io.eventloop.spi.TransportProvider with
            io.eventloop.nio.NioTransportProvider;
}
