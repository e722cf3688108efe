package io.eventloop.testing;

import io.eventloop.contract.DrainContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedDrainContractTest extends DrainContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
