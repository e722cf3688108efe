package io.eventloop.testing;

import io.eventloop.contract.TakeoverContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedTakeoverContractTest extends TakeoverContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
