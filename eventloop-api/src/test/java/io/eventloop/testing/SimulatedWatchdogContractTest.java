package io.eventloop.testing;

import io.eventloop.contract.WatchdogContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedWatchdogContractTest extends WatchdogContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
