package io.eventloop.testing;

import io.eventloop.contract.RelayContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedRelayContractTest extends RelayContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
