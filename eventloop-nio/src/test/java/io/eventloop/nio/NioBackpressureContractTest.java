package io.eventloop.nio;

import io.eventloop.contract.BackpressureContract;
import io.eventloop.spi.TransportProvider;

final class NioBackpressureContractTest extends BackpressureContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
