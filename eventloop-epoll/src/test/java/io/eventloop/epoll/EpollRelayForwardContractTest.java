package io.eventloop.epoll;

import io.eventloop.contract.RelayForwardContract;
import io.eventloop.spi.TransportProvider;

final class EpollRelayForwardContractTest extends RelayForwardContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
