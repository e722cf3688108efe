package io.eventloop.epoll;

import io.eventloop.contract.MemoryContract;
import io.eventloop.spi.TransportProvider;

final class EpollMemoryContractTest extends MemoryContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
