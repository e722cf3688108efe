package io.eventloop.epoll;

import io.eventloop.contract.RelayIdleContract;
import io.eventloop.spi.TransportProvider;

final class EpollRelayIdleContractTest extends RelayIdleContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
