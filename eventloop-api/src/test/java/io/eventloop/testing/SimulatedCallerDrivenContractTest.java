package io.eventloop.testing;

import io.eventloop.contract.CallerDrivenContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedCallerDrivenContractTest extends CallerDrivenContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
