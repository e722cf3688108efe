package io.eventloop.nio;

import io.eventloop.contract.DrainContract;
import io.eventloop.spi.TransportProvider;

final class NioDrainContractTest extends DrainContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
