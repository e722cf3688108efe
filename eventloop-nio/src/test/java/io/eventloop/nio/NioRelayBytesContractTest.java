package io.eventloop.nio;

import io.eventloop.contract.RelayBytesContract;
import io.eventloop.spi.TransportProvider;

final class NioRelayBytesContractTest extends RelayBytesContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
