package io.eventloop.testing;

import io.eventloop.contract.HoldBackContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedHoldBackContractTest extends HoldBackContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
