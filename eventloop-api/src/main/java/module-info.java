/** The public API of eventloop, its transport SPI, and the engine behind both. */
module io.eventloop {
    requires transitive org.agrona;
    requires org.jctools.core.jdk11;
    requires static jdk.jfr;
    requires static jdk.management;

    exports io.eventloop;
    exports io.eventloop.framing;
    exports io.eventloop.pool;
    exports io.eventloop.spi;
    exports io.eventloop.tls;
    exports io.eventloop.testing;

    uses io.eventloop.spi.TransportProvider;
    uses io.eventloop.tls.TlsEngineProvider;

    provides java.net.spi.URLStreamHandlerProvider with
            io.eventloop.tls.jdk.Answers;
}
