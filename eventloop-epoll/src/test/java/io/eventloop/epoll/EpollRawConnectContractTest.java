package io.eventloop.epoll;

import io.eventloop.contract.RawConnectContract;
import io.eventloop.spi.TransportProvider;

final class EpollRawConnectContractTest extends RawConnectContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }

    @Override
    protected boolean isEdgeTriggered() {
        return true;
    }
}
