package io.eventloop.testing;

import io.eventloop.contract.InboundContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedInboundContractTest extends InboundContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
