package io.eventloop.nio;

import io.eventloop.contract.TlsContract;
import io.eventloop.spi.TransportProvider;

final class NioTlsContractTest extends TlsContract {
    @Override
    protected TransportProvider provider() {
        return new NioTransportProvider();
    }
}
