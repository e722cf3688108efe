package io.eventloop.testing;

import io.eventloop.contract.AcceptLimitContract;
import io.eventloop.spi.TransportProvider;

final class SimulatedAcceptLimitContractTest extends AcceptLimitContract {
    private final TransportProvider simulated = new SharedHost(true);

    @Override
    protected TransportProvider provider() {
        return simulated;
    }
}
