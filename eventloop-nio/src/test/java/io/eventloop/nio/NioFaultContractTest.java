package io.eventloop.nio;

import io.eventloop.contract.FaultContract;
import io.eventloop.spi.TransportProvider;

final class NioFaultContractTest extends FaultContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
