package io.eventloop.epoll;

import io.eventloop.contract.DeadlineContract;
import io.eventloop.spi.TransportProvider;

final class EpollDeadlineContractTest extends DeadlineContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
