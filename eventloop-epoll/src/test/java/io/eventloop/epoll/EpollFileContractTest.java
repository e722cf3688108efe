package io.eventloop.epoll;

import io.eventloop.contract.FileContract;
import io.eventloop.spi.TransportProvider;

final class EpollFileContractTest extends FileContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
