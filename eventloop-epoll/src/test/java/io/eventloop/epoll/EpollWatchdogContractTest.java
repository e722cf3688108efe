package io.eventloop.epoll;

import io.eventloop.contract.WatchdogContract;
import io.eventloop.spi.TransportProvider;

final class EpollWatchdogContractTest extends WatchdogContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
