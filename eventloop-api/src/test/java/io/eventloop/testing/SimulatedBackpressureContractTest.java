package io.eventloop.testing;

import io.eventloop.contract.BackpressureContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedBackpressureContractTest extends BackpressureContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
