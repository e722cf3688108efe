package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.samples.ProxyOptions.HeaderFromClient;
import io.eventloop.samples.ProxyOptions.HeaderToBackend;
import java.io.IOException;
import java.net.Socket;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proxy among proxies that tell each other of their clients. */
@Timeout(120)
class TcpProxyHeaderTest {
    private static final String LINE = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n";

    private static ProxyRig rig(Backend backend, HeaderFromClient fromClient, HeaderToBackend toBackend)
            throws IOException {
        return new ProxyRig(backend.address(), ProxyRig.OPTIONS.with(fromClient, toBackend));
    }

    @Test
    void tellsTheBackendWhoTheClientIs() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = rig(backend, HeaderFromClient.NONE, HeaderToBackend.V1);
                Socket client = rig.client()) {
            ProxyRig.send(client, "question");
            try (Socket server = backend.next()) {
                String host = client.getLocalAddress().getHostAddress();
                String expected = "PROXY TCP4 " + host + " " + host + " " + client.getLocalPort() + " "
                        + client.getPort() + "\r\nquestion";
                assertEquals(expected, ProxyRig.receive(server, expected.length()));
                ProxyRig.send(server, "answer");
                assertEquals("answer", ProxyRig.receive(client, 6));
            }
        }
    }

    @Test
    void passesOnWhatItWasToldInTheOtherVersion() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = rig(backend, HeaderFromClient.REQUIRED, HeaderToBackend.V2);
                Socket client = rig.client()) {
            ProxyRig.send(client, LINE + "question");
            try (Socket server = backend.next()) {
                byte[] header = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc0000201c6336407dc0401bb");
                assertArrayEquals(header, server.getInputStream().readNBytes(header.length));
                assertEquals("question", ProxyRig.receive(server, 8));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "OPTIONAL"})
    void leavesNothingOfAHeaderInTheStream(HeaderFromClient fromClient) throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = rig(backend, fromClient, HeaderToBackend.NONE);
                Socket client = rig.client()) {
            ProxyRig.send(client, LINE);
            ProxyRig.send(client, "question");
            try (Socket server = backend.next()) {
                assertEquals("question", ProxyRig.receive(server, 8));
            }
        }
    }

    @Test
    void resetsAClientWithoutTheRequiredHeader() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = rig(backend, HeaderFromClient.REQUIRED, HeaderToBackend.NONE);
                Socket client = rig.client()) {
            ProxyRig.send(client, "GET / HTTP/1.1\r\n\r\n");
            ProxyRig.assertReset(client);
            rig.awaitIdle();
            assertEquals(0, rig.statistics().bytesToBackend());
        }
    }

    @Test
    void takesAClientWithoutAnOptionalHeader() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = rig(backend, HeaderFromClient.OPTIONAL, HeaderToBackend.NONE);
                Socket client = rig.client()) {
            ProxyRig.send(client, "question");
            try (Socket server = backend.next()) {
                assertEquals("question", ProxyRig.receive(server, 8));
            }
        }
    }
}
