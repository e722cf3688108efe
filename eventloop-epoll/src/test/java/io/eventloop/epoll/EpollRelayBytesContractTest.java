package io.eventloop.epoll;

import io.eventloop.contract.RelayBytesContract;
import io.eventloop.spi.TransportProvider;

final class EpollRelayBytesContractTest extends RelayBytesContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
