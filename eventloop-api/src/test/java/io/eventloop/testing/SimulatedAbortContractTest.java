package io.eventloop.testing;

import io.eventloop.contract.AbortContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedAbortContractTest extends AbortContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
