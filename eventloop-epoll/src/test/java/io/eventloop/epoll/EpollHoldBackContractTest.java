package io.eventloop.epoll;

import io.eventloop.contract.HoldBackContract;
import io.eventloop.spi.TransportProvider;

final class EpollHoldBackContractTest extends HoldBackContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
