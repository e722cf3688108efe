package io.eventloop.epoll;

import io.eventloop.contract.ConnectContract;
import io.eventloop.spi.TransportProvider;

final class EpollConnectContractTest extends ConnectContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
