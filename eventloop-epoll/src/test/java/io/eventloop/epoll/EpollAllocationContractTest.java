package io.eventloop.epoll;

import io.eventloop.contract.AllocationContract;
import io.eventloop.spi.TransportProvider;

final class EpollAllocationContractTest extends AllocationContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
