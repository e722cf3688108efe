package io.eventloop.testing;

import io.eventloop.contract.GroupEndContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedGroupEndContractTest extends GroupEndContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
