package io.eventloop.testing;

import io.eventloop.contract.CloseContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedCloseContractTest extends CloseContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
