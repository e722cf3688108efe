package io.eventloop.epoll;

import io.eventloop.contract.AddressFamilyContract;
import io.eventloop.spi.TransportProvider;

final class EpollAddressFamilyContractTest extends AddressFamilyContract {
    @Override
    protected TransportProvider provider() {
        return new EpollTransportProvider();
    }
}
