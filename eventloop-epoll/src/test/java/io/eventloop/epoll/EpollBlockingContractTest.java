package io.eventloop.epoll;

import io.eventloop.contract.BlockingContract;
import io.eventloop.spi.TransportProvider;

final class EpollBlockingContractTest extends BlockingContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
