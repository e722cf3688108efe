package io.eventloop.testing;

import io.eventloop.contract.FaultContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedFaultContractTest extends FaultContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
