package io.eventloop.nio;

import io.eventloop.contract.RelayIdleContract;
import io.eventloop.spi.TransportProvider;

final class NioRelayIdleContractTest extends RelayIdleContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
