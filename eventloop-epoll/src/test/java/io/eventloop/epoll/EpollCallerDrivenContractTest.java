package io.eventloop.epoll;

import io.eventloop.contract.CallerDrivenContract;
import io.eventloop.spi.TransportProvider;

final class EpollCallerDrivenContractTest extends CallerDrivenContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
