package io.eventloop.nio;

import io.eventloop.contract.FailedLoopContract;
import io.eventloop.spi.TransportProvider;

final class NioFailedLoopContractTest extends FailedLoopContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
