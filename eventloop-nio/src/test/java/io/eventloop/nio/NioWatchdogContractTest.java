package io.eventloop.nio;

import io.eventloop.contract.WatchdogContract;
import io.eventloop.spi.TransportProvider;

final class NioWatchdogContractTest extends WatchdogContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
