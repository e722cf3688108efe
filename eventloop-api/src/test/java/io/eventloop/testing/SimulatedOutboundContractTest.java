package io.eventloop.testing;

import io.eventloop.contract.OutboundContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedOutboundContractTest extends OutboundContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
