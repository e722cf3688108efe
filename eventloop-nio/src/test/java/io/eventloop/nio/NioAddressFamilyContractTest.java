package io.eventloop.nio;

import io.eventloop.contract.AddressFamilyContract;
import io.eventloop.spi.TransportProvider;

final class NioAddressFamilyContractTest extends AddressFamilyContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
