package io.eventloop.nio;

import io.eventloop.contract.StuckContract;
import io.eventloop.spi.TransportProvider;

final class NioStuckContractTest extends StuckContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
