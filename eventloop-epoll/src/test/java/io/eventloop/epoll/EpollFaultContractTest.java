package io.eventloop.epoll;

import io.eventloop.contract.FaultContract;
import io.eventloop.spi.TransportProvider;

final class EpollFaultContractTest extends FaultContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
