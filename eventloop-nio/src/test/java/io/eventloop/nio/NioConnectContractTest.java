package io.eventloop.nio;

import io.eventloop.contract.ConnectContract;
import io.eventloop.spi.TransportProvider;

final class NioConnectContractTest extends ConnectContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
