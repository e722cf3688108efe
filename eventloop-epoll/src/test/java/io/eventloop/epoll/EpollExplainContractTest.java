package io.eventloop.epoll;

import io.eventloop.contract.ExplainContract;
import io.eventloop.spi.TransportProvider;

final class EpollExplainContractTest extends ExplainContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
