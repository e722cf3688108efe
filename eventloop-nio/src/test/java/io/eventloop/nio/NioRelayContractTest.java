package io.eventloop.nio;

import io.eventloop.contract.RelayContract;
import io.eventloop.spi.TransportProvider;

final class NioRelayContractTest extends RelayContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
