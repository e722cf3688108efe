package io.eventloop.epoll;

import io.eventloop.contract.RelayContract;
import io.eventloop.spi.TransportProvider;

final class EpollRelayContractTest extends RelayContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
