package io.eventloop.nio;

import io.eventloop.contract.RelayForwardContract;
import io.eventloop.spi.TransportProvider;

final class NioRelayForwardContractTest extends RelayForwardContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
