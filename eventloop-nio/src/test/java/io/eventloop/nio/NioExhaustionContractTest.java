package io.eventloop.nio;

import io.eventloop.contract.ExhaustionContract;
import io.eventloop.spi.TransportProvider;

final class NioExhaustionContractTest extends ExhaustionContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
