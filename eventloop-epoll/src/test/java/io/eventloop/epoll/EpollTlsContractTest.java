package io.eventloop.epoll;

import io.eventloop.contract.TlsContract;
import io.eventloop.spi.TransportProvider;

final class EpollTlsContractTest extends TlsContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
