package io.eventloop.nio;

import io.eventloop.contract.GroupEndContract;
import io.eventloop.spi.TransportProvider;

final class NioGroupEndContractTest extends GroupEndContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
