package io.eventloop.nio;

import io.eventloop.contract.HalfCloseContract;
import io.eventloop.spi.TransportProvider;

final class NioHalfCloseContractTest extends HalfCloseContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
