package io.eventloop.testing;

import io.eventloop.contract.LoopContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedLoopContractTest extends LoopContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
