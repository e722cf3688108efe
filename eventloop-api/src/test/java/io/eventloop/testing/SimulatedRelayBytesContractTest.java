package io.eventloop.testing;

import io.eventloop.contract.RelayBytesContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedRelayBytesContractTest extends RelayBytesContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
