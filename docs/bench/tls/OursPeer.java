import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.HttpServerLimits;
import io.eventloop.http.server.Router;
import io.eventloop.http.server.StreamHandler;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The server on this library: {@code GET /plaintext} and {@code GET /bulk}, 8 MiB from shared direct memory, over TLS.
 * Arguments: port, transport, certificate, key.
 */
final class OursPeer {
    private static final int MAX_CONNECTIONS = 16_384;
    private static final int BULK_BYTES = 8 << 20;
    private static final int PIECE_BYTES = 128 << 10;
    private static final ByteBuffer PIECE = ByteBuffer.allocateDirect(PIECE_BYTES);
    private static final HttpReply BULK_HEAD = HttpReply.of(HttpStatus.OK, "application/octet-stream", new byte[0]);

    public static void main(String[] arguments) throws Exception {
        EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .transport(arguments[1])
                .options(LoopOptions.DEFAULT.withMaxConnections(MAX_CONNECTIONS))
                .build();
        TlsIdentity identity = TlsIdentity.pem(Path.of(arguments[2]), Path.of(arguments[3]));
        TlsServer tls = TlsContext.server()
                .hosts(TlsHosts.builder().otherwise(identity).build())
                .protocols("TLSv1.3")
                .build();
        HttpReply hello = HttpReply.text("Hello, World!");
        HttpServer.builder()
                .handler(Router.builder()
                        .get("/plaintext", exchange -> exchange.send(hello))
                        .get("/bulk", exchange -> new Bulk().begin(exchange))
                        .build())
                .limits(HttpServerLimits.builder()
                        .maxConnections(MAX_CONNECTIONS)
                        .keepAliveTimeout(Duration.ofMinutes(30))
                        .build())
                .layer(tls::acceptor)
                .listen(group, new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])))
                .closed()
                .join();
    }

    /** Writes the body as fast as it is taken. */
    private static final class Bulk implements StreamHandler {
        private int written;

        void begin(HttpExchange exchange) {
            exchange.stream(this);
            exchange.start(BULK_HEAD, BULK_BYTES);
            onWritable(exchange);
        }

        @Override
        public void onWritable(HttpExchange exchange) {
            boolean more = true;
            while (more && written < BULK_BYTES) {
                written += PIECE_BYTES;
                more = exchange.write(exchange.loop().buffers().wrap(PIECE));
            }
            if (written == BULK_BYTES) {
                written++;
                exchange.end();
            }
        }
    }
}
