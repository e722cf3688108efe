package io.eventloop.testing;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.util.List;

/**
 * Gives a group the sockets of a simulated host. Not found by name: a simulated host hands it out.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class SimulatedTransportProvider implements TransportProvider {
    static final String NAME = "simulated";

    private final SimulatedTransport transport;

    SimulatedTransportProvider(SimulatedHost host, boolean edgeTriggered) {
        transport = new SimulatedTransport(host, edgeTriggered);
    }

    List<SimulatedPoller> pollers() {
        return transport.pollers();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return Integer.MIN_VALUE;
    }

    @Override
    public Availability availability() {
        return Availability.yes("virtual time");
    }

    @Override
    public Transport open() {
        return transport;
    }
}
