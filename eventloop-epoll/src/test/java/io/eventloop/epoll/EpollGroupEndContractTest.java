package io.eventloop.epoll;

import io.eventloop.contract.GroupEndContract;
import io.eventloop.spi.TransportProvider;

final class EpollGroupEndContractTest extends GroupEndContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
