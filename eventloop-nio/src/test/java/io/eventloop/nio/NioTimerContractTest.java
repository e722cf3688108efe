package io.eventloop.nio;

import io.eventloop.contract.TimerContract;
import io.eventloop.spi.TransportProvider;

final class NioTimerContractTest extends TimerContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
