package io.eventloop.epoll;

import io.eventloop.contract.ConfinementContract;
import io.eventloop.spi.TransportProvider;

final class EpollConfinementContractTest extends ConfinementContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
