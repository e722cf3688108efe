package io.eventloop.nio;

import io.eventloop.contract.LoopContract;
import io.eventloop.spi.TransportProvider;

final class NioLoopContractTest extends LoopContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
