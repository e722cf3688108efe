package io.eventloop.nio;

import io.eventloop.contract.ExplainContract;
import io.eventloop.spi.TransportProvider;

final class NioExplainContractTest extends ExplainContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
