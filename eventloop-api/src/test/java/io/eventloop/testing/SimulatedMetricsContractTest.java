package io.eventloop.testing;

import io.eventloop.contract.MetricsContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedMetricsContractTest extends MetricsContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
