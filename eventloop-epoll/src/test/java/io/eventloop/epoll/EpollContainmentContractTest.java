package io.eventloop.epoll;

import io.eventloop.contract.ContainmentContract;
import io.eventloop.spi.TransportProvider;

final class EpollContainmentContractTest extends ContainmentContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
