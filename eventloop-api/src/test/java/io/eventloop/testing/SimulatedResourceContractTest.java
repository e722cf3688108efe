package io.eventloop.testing;

import io.eventloop.contract.ResourceContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedResourceContractTest extends ResourceContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
