package io.eventloop.nio;

import io.eventloop.contract.RawListenerContract;
import io.eventloop.spi.TransportProvider;

final class NioRawListenerContractTest extends RawListenerContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
