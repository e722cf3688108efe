package io.eventloop.testing;

import io.eventloop.contract.ContainmentContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedContainmentContractTest extends ContainmentContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
