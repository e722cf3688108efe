package io.eventloop.nio;

import io.eventloop.contract.MetricsContract;
import io.eventloop.spi.TransportProvider;

final class NioMetricsContractTest extends MetricsContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
