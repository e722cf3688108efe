package io.eventloop.nio;

import io.eventloop.contract.OutboundContract;
import io.eventloop.spi.TransportProvider;

final class NioOutboundContractTest extends OutboundContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
