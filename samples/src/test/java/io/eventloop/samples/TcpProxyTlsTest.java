package io.eventloop.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy with TLS in front of it, and with TLS passing through it. */
@Timeout(60)
class TcpProxyTlsTest {
    private static final TlsIdentity IDENTITY = TlsIdentity.insecureSelfSigned("a.example", "b.example");

    private static TlsServer server() {
        return TlsContext.server().hosts(TlsHosts.of(IDENTITY)).build();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static EventLoopGroup group() {
        return EventLoopGroup.builder().transport("nio").loops(2).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksTlsWithClientsAndPlainlyWithTheBackend(String protocol) throws Exception {
        try (Backend backend = new Backend();
                EventLoopGroup group = group()) {
            TcpProxy proxy = TcpProxy.listen(
                    group, anyPort(), backend.address(), ProxyRig.OPTIONS, ProxyFront.terminating(server()));
            try (SSLSocket client = SecureSockets.connect(proxy.address(), IDENTITY, "a.example", protocol)) {
                client.getOutputStream().write("question".getBytes(US_ASCII));
                Socket behind = backend.next();
                assertEquals("question", new String(behind.getInputStream().readNBytes(8), US_ASCII));
                byte[] answer = new byte[2 << 20];
                Thread writer = new Thread(() -> {
                    try {
                        behind.getOutputStream().write(answer);
                        behind.shutdownOutput();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                writer.start();
                assertEquals(answer.length, client.getInputStream().readAllBytes().length);
                writer.join();
            }
        }
    }

    @Test
    void passesClientsToTheBackendOfTheNameTheyAskFor() throws Exception {
        try (EventLoopGroup group = group()) {
            Listener one = group.listen(anyPort(), server().acceptor(connection -> new EchoCommand.Echo()));
            TcpProxy proxy = TcpProxy.listen(
                    group,
                    anyPort(),
                    anyPort(),
                    ProxyRig.OPTIONS,
                    ProxyFront.passing(Map.of("a.example", one.address())));
            try (SSLSocket client = SecureSockets.connect(proxy.address(), IDENTITY, "a.example", "TLSv1.3")) {
                client.getOutputStream().write("through".getBytes(US_ASCII));
                assertEquals("through", new String(client.getInputStream().readNBytes(7), US_ASCII));
            }
            try (SSLSocket client = SecureSockets.connect(proxy.address(), IDENTITY, "b.example", "TLSv1.3")) {
                assertThrows(IOException.class, client::startHandshake);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo -p 0 --self-signed                        | go with --tls",
                "echo -p 0 --tls                                | --tls needs --cert and --key",
                "echo -p 0 --tls --cert x                       | --cert and --key go together",
                "echo -p 0 --tls --cert x --key y               | no such file: x",
                "echo -p 0 --tls --sni a                        | --sni a is not NAME=CERT,KEY",
                "http-server -p 0 --client-ca x                 | go with --tls",
                "http-server -p 0 --tls --client-ca x           | --tls needs --cert and --key",
                "tcp-proxy -p 0 --tls --self-signed --tls-passthrough a=b:1 | exclude each other"
            })
    void saysWhichArgumentsDoNotGoTogether(String arguments, String message) {
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments.split(" +"));
        assertEquals(1, status);
        assertTrue(err.toString().contains(message), err.toString());
    }
}
