package io.eventloop.nio;

import io.eventloop.contract.AcceptLimitContract;
import io.eventloop.spi.TransportProvider;

final class NioAcceptLimitContractTest extends AcceptLimitContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
