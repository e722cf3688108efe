package io.eventloop.epoll;

import io.eventloop.contract.RawPollerContract;
import io.eventloop.spi.TransportProvider;

final class EpollRawPollerContractTest extends RawPollerContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }

    @Override
    protected boolean isEdgeTriggered() {
        return true;
    }
}
