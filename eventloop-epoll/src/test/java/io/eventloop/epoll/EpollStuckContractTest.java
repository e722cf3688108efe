package io.eventloop.epoll;

import io.eventloop.contract.StuckContract;
import io.eventloop.spi.TransportProvider;

final class EpollStuckContractTest extends StuckContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
