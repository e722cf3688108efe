package io.eventloop.nio;

import io.eventloop.contract.AllocationContract;
import io.eventloop.spi.TransportProvider;

final class NioAllocationContractTest extends AllocationContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
