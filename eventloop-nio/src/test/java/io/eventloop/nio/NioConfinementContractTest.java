package io.eventloop.nio;

import io.eventloop.contract.ConfinementContract;
import io.eventloop.spi.TransportProvider;

final class NioConfinementContractTest extends ConfinementContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
