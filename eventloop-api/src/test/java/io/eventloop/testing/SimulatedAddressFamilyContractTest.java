package io.eventloop.testing;

import io.eventloop.contract.AddressFamilyContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedAddressFamilyContractTest extends AddressFamilyContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
