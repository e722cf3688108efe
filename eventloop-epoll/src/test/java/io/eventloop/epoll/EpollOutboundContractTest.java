package io.eventloop.epoll;

import io.eventloop.contract.OutboundContract;
import io.eventloop.spi.TransportProvider;

final class EpollOutboundContractTest extends OutboundContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
