package io.eventloop.nio;

import io.eventloop.contract.DeadlineContract;
import io.eventloop.spi.TransportProvider;

final class NioDeadlineContractTest extends DeadlineContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
