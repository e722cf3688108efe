package io.eventloop.testing;

import io.eventloop.contract.ConnectContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedConnectContractTest extends ConnectContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
