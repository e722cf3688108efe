package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.eventloop.SocketOptions;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.ReadySink;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollConnectTest {
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void aPendingConnectHasItsPortAlready() throws Exception {
        InetSocketAddress local = (InetSocketAddress) rig.pendingConnect().localAddress();
        assertNotEquals(0, local.getPort());
    }

    @Test
    void sendsTheFirstBytesWithTheSynWhereTheCookieIsKnown() throws Exception {
        SocketOptions listening = SocketOptions.builder()
                .set(EpollSocketOptions.TCP_FASTOPEN_QUEUE, 16)
                .build();
        RawListener fast = rig.closing(rig.transport.listen(EpollRig.loopback(), 16, false, listening));
        rig.poller.register(fast, 7, 1);
        SocketOptions connecting = SocketOptions.builder()
                .set(EpollSocketOptions.TCP_FASTOPEN_CONNECT, true)
                .build();
        for (int i = 1; i <= 3; i++) {
            EpollSocket client = (EpollSocket) rig.closing(rig.transport.openSocket(fast.localAddress(), connecting));
            boolean isConnected = client.connect(fast.localAddress());
            rig.poller.register(client, 10 + i, 1);
            long written = 0;
            while (written == 0) {
                if (!isConnected) {
                    rig.await(10 + i, ReadySink.WRITABLE);
                    isConnected = client.finishConnect();
                }
                written = rig.write(client, "first");
            }
            EpollSocket server = rig.closing(rig.accept(fast, 7, SocketOptions.NONE));
            rig.poller.register(server, 20 + i, 1);
            assertEquals("first", rig.read(server, 20 + i));
            rig.write(server, "answer");
            assertEquals("answer", rig.read(client, 10 + i));
        }
    }
}
