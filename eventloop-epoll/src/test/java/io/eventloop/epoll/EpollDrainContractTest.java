package io.eventloop.epoll;

import io.eventloop.contract.DrainContract;
import io.eventloop.spi.TransportProvider;

final class EpollDrainContractTest extends DrainContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
