package io.eventloop.epoll;

import io.eventloop.contract.PoolContract;
import io.eventloop.spi.TransportProvider;

final class EpollPoolContractTest extends PoolContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
