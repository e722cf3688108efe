package io.eventloop.nio;

import io.eventloop.contract.CloseContract;
import io.eventloop.spi.TransportProvider;

final class NioCloseContractTest extends CloseContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
