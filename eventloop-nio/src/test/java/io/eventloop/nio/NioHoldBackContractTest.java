package io.eventloop.nio;

import io.eventloop.contract.HoldBackContract;
import io.eventloop.spi.TransportProvider;

final class NioHoldBackContractTest extends HoldBackContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
