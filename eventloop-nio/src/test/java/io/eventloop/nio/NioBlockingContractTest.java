package io.eventloop.nio;

import io.eventloop.contract.BlockingContract;
import io.eventloop.spi.TransportProvider;

final class NioBlockingContractTest extends BlockingContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
