package io.eventloop.testing;

import io.eventloop.contract.FileContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedFileContractTest extends FileContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
