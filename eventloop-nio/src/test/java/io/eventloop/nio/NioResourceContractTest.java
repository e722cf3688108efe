package io.eventloop.nio;

import io.eventloop.contract.ResourceContract;
import io.eventloop.spi.TransportProvider;

final class NioResourceContractTest extends ResourceContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
