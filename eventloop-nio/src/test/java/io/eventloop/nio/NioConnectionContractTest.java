package io.eventloop.nio;

import io.eventloop.contract.ConnectionContract;
import io.eventloop.spi.TransportProvider;

final class NioConnectionContractTest extends ConnectionContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
