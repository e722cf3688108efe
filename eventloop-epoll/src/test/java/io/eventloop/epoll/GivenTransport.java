package io.eventloop.epoll;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.util.function.Supplier;

/** Provides transports that a test has made. */
final class GivenTransport implements TransportProvider {
    private final Supplier<Transport> transports;

    GivenTransport(Transport transport) {
        this(() -> transport);
    }

    GivenTransport(Supplier<Transport> transports) {
        this.transports = transports;
    }

    @Override
    public String name() {
        return "given";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("a test");
    }

    @Override
    public Transport open() {
        return transports.get();
    }
}
