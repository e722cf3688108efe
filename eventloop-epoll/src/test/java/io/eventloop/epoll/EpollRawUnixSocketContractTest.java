package io.eventloop.epoll;

import io.eventloop.contract.RawUnixSocketContract;
import io.eventloop.spi.TransportProvider;

final class EpollRawUnixSocketContractTest extends RawUnixSocketContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
