package io.eventloop.epoll;

import io.eventloop.contract.MetricsContract;
import io.eventloop.spi.TransportProvider;

final class EpollMetricsContractTest extends MetricsContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
