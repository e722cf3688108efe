package io.eventloop.epoll;

import io.eventloop.contract.RelayEndContract;
import io.eventloop.spi.TransportProvider;

final class EpollRelayEndContractTest extends RelayEndContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
