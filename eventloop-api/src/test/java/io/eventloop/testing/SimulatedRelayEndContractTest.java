package io.eventloop.testing;

import io.eventloop.contract.RelayEndContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedRelayEndContractTest extends RelayEndContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
