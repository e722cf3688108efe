package io.eventloop.nio;

import io.eventloop.contract.RawSocketContract;
import io.eventloop.spi.TransportProvider;

final class NioRawSocketContractTest extends RawSocketContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
