package io.eventloop.nio;

import io.eventloop.contract.AbortContract;
import io.eventloop.spi.TransportProvider;

final class NioAbortContractTest extends AbortContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
