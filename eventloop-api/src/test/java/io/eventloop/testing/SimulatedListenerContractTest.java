package io.eventloop.testing;

import io.eventloop.contract.ListenerContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedListenerContractTest extends ListenerContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
