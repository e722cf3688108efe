package io.eventloop.nio;

import io.eventloop.contract.CallerDrivenContract;
import io.eventloop.spi.TransportProvider;

final class NioCallerDrivenContractTest extends CallerDrivenContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
