package io.eventloop.nio;

import io.eventloop.contract.RawPollerContract;
import io.eventloop.spi.TransportProvider;

final class NioRawPollerContractTest extends RawPollerContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
