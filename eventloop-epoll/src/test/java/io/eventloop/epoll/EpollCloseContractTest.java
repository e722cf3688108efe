package io.eventloop.epoll;

import io.eventloop.contract.CloseContract;
import io.eventloop.spi.TransportProvider;

final class EpollCloseContractTest extends CloseContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
