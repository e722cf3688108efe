package io.eventloop.epoll;

import io.eventloop.contract.ListenerContract;
import io.eventloop.spi.TransportProvider;

final class EpollListenerContractTest extends ListenerContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
