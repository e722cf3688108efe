package io.eventloop.testing;

import io.eventloop.contract.ConfinementContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedConfinementContractTest extends ConfinementContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
