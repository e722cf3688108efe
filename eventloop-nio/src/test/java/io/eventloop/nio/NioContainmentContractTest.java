package io.eventloop.nio;

import io.eventloop.contract.ContainmentContract;
import io.eventloop.spi.TransportProvider;

final class NioContainmentContractTest extends ContainmentContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
