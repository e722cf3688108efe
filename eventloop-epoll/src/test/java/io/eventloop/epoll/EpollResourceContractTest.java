package io.eventloop.epoll;

import io.eventloop.contract.ResourceContract;
import io.eventloop.spi.TransportProvider;

final class EpollResourceContractTest extends ResourceContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
