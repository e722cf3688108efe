package io.eventloop.epoll;

import io.eventloop.contract.LoopContract;
import io.eventloop.spi.TransportProvider;

final class EpollLoopContractTest extends LoopContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
