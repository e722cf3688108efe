package io.eventloop.nio;

import io.eventloop.contract.FileContract;
import io.eventloop.spi.TransportProvider;

final class NioFileContractTest extends FileContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
