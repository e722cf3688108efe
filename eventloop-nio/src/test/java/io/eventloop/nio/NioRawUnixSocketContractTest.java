package io.eventloop.nio;

import io.eventloop.contract.RawUnixSocketContract;
import io.eventloop.spi.TransportProvider;

final class NioRawUnixSocketContractTest extends RawUnixSocketContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
