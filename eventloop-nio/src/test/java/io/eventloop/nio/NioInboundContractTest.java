package io.eventloop.nio;

import io.eventloop.contract.InboundContract;
import io.eventloop.spi.TransportProvider;

final class NioInboundContractTest extends InboundContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
