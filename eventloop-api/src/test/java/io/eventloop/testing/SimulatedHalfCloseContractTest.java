package io.eventloop.testing;

import io.eventloop.contract.HalfCloseContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedHalfCloseContractTest extends HalfCloseContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
