package io.eventloop.nio;

import io.eventloop.contract.ListenerContract;
import io.eventloop.spi.TransportProvider;

final class NioListenerContractTest extends ListenerContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
