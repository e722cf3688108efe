package io.eventloop.epoll;

import io.eventloop.contract.TakeoverContract;
import io.eventloop.spi.TransportProvider;

final class EpollTakeoverContractTest extends TakeoverContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
