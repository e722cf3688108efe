package io.eventloop.testing;

import io.eventloop.contract.RelayForwardContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedRelayForwardContractTest extends RelayForwardContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
