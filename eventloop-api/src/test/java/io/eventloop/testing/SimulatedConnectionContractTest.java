package io.eventloop.testing;

import io.eventloop.contract.ConnectionContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedConnectionContractTest extends ConnectionContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
