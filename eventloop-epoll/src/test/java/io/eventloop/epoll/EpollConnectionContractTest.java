package io.eventloop.epoll;

import io.eventloop.contract.ConnectionContract;
import io.eventloop.spi.TransportProvider;

final class EpollConnectionContractTest extends ConnectionContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
