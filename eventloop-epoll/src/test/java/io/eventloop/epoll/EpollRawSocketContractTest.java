package io.eventloop.epoll;

import io.eventloop.contract.RawSocketContract;
import io.eventloop.spi.TransportProvider;

final class EpollRawSocketContractTest extends RawSocketContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
