package io.eventloop.nio;

import io.eventloop.contract.MemoryContract;
import io.eventloop.spi.TransportProvider;

final class NioMemoryContractTest extends MemoryContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
