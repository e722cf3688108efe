package io.eventloop.nio;

import io.eventloop.contract.RawWakeupContract;
import io.eventloop.spi.TransportProvider;

final class NioRawWakeupContractTest extends RawWakeupContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
