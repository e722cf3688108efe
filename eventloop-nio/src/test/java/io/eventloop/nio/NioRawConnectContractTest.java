package io.eventloop.nio;

import io.eventloop.contract.RawConnectContract;
import io.eventloop.spi.TransportProvider;

final class NioRawConnectContractTest extends RawConnectContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
