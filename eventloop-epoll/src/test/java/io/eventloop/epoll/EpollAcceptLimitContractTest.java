package io.eventloop.epoll;

import io.eventloop.contract.AcceptLimitContract;
import io.eventloop.spi.TransportProvider;

final class EpollAcceptLimitContractTest extends AcceptLimitContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
