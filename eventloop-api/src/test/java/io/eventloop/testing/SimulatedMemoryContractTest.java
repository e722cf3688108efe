package io.eventloop.testing;

import io.eventloop.contract.MemoryContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedMemoryContractTest extends MemoryContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
