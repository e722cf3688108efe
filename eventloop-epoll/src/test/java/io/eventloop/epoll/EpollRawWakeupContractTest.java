package io.eventloop.epoll;

import io.eventloop.contract.RawWakeupContract;
import io.eventloop.spi.TransportProvider;

final class EpollRawWakeupContractTest extends RawWakeupContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
