package io.eventloop.epoll;

import io.eventloop.contract.ExhaustionContract;
import io.eventloop.spi.TransportProvider;

final class EpollExhaustionContractTest extends ExhaustionContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
