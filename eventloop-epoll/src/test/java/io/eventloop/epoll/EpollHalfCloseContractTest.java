package io.eventloop.epoll;

import io.eventloop.contract.HalfCloseContract;
import io.eventloop.spi.TransportProvider;

final class EpollHalfCloseContractTest extends HalfCloseContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
