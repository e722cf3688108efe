package io.eventloop.nio;

import io.eventloop.contract.BlockingLimitsContract;
import io.eventloop.spi.TransportProvider;

final class NioBlockingLimitsContractTest extends BlockingLimitsContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
