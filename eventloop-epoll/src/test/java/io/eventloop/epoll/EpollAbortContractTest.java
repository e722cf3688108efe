package io.eventloop.epoll;

import io.eventloop.contract.AbortContract;
import io.eventloop.spi.TransportProvider;

final class EpollAbortContractTest extends AbortContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
