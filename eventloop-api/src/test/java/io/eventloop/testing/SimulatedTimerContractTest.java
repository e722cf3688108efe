package io.eventloop.testing;

import io.eventloop.contract.TimerContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedTimerContractTest extends TimerContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
