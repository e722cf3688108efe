package io.eventloop.epoll;

import io.eventloop.contract.FailedLoopContract;
import io.eventloop.spi.TransportProvider;

final class EpollFailedLoopContractTest extends FailedLoopContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
