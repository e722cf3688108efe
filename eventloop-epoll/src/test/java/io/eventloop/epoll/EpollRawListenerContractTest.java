package io.eventloop.epoll;

import io.eventloop.contract.RawListenerContract;
import io.eventloop.spi.TransportProvider;

final class EpollRawListenerContractTest extends RawListenerContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
