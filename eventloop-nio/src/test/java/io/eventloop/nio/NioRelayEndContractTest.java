package io.eventloop.nio;

import io.eventloop.contract.RelayEndContract;
import io.eventloop.spi.TransportProvider;

final class NioRelayEndContractTest extends RelayEndContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
