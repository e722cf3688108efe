package io.eventloop.nio;

import io.eventloop.contract.TakeoverContract;
import io.eventloop.spi.TransportProvider;

final class NioTakeoverContractTest extends TakeoverContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
