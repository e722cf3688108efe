package io.eventloop.epoll;

import io.eventloop.contract.BlockingLimitsContract;
import io.eventloop.spi.TransportProvider;

final class EpollBlockingLimitsContractTest extends BlockingLimitsContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
