package io.eventloop.testing;

import io.eventloop.contract.RawSocketContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedRawSocketContractTest extends RawSocketContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
