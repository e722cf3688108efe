package io.eventloop.epoll;

import io.eventloop.contract.InboundContract;
import io.eventloop.spi.TransportProvider;

final class EpollInboundContractTest extends InboundContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
