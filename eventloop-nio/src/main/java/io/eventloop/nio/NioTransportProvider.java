package io.eventloop.nio;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;

/**
 * Announces the transport over {@code java.nio}, which runs everywhere and is chosen when nothing better does.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> never unavailable.
 */
public final class NioTransportProvider implements TransportProvider {
    static final String NAME = "nio";

    /** For {@link java.util.ServiceLoader}. */
    public NioTransportProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("java.nio on " + System.getProperty("os.name"));
    }

    @Override
    public Transport open() {
        return new NioTransport();
    }
}
