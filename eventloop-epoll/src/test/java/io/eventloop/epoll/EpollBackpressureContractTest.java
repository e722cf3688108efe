package io.eventloop.epoll;

import io.eventloop.contract.BackpressureContract;
import io.eventloop.spi.TransportProvider;

final class EpollBackpressureContractTest extends BackpressureContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
