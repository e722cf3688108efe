package io.eventloop.testing;

import io.eventloop.contract.RelayIdleContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedRelayIdleContractTest extends RelayIdleContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
