package io.eventloop.testing;

import io.eventloop.contract.FailedLoopContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedFailedLoopContractTest extends FailedLoopContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
