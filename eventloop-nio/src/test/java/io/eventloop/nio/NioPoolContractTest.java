package io.eventloop.nio;

import io.eventloop.contract.PoolContract;
import io.eventloop.spi.TransportProvider;

final class NioPoolContractTest extends PoolContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
