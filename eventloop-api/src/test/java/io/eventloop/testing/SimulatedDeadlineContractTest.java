package io.eventloop.testing;

import io.eventloop.contract.DeadlineContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedDeadlineContractTest extends DeadlineContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
