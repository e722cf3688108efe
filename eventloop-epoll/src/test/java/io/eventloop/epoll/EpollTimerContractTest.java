package io.eventloop.epoll;

import io.eventloop.contract.TimerContract;
import io.eventloop.spi.TransportProvider;

final class EpollTimerContractTest extends TimerContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
