package io.eventloop.samples;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.client.HttpClient;
import io.eventloop.http.client.NameResolver;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** The example of TLS in http-codec/README.md, which shows it from the next line on; {@link ReadmeTest} compares the two. */
public final class HttpsExample {
    public static void main(String[] args) throws Exception {
        TlsServer tls = secured(TlsIdentity.pem(Path.of("chain.pem"), Path.of("key.pem")));
        tls.warmUp(100); // before listening: the first handshakes of a JVM take long
        try (EventLoopGroup group = EventLoopGroup.builder().build()) {
            listen(group, new InetSocketAddress(8443), tls).closed().join();
        }
    }

    static TlsServer secured(TlsIdentity identity) {
        return TlsContext.server()
                .hosts(TlsHosts.of(identity))
                .applicationProtocols("http/1.1")
                .build();
    }

    static HttpServer listen(EventLoopGroup group, SocketAddress address, TlsServer tls) throws IOException {
        return HttpServer.builder()
                .handler(exchange -> exchange.send(HttpReply.text("hello")))
                .layer(tls::acceptor)
                .listen(group, address);
    }

    /** A client that trusts these and nobody else; on the loop. */
    static HttpClient client(EventLoop loop, NameResolver names, List<X509Certificate> authorities) {
        return HttpClient.builder(loop)
                .resolver(names)
                .tls(TlsContext.client()
                        .authorities(authorities)
                        .applicationProtocols("http/1.1")
                        .build())
                .build();
    }
}
