/** HTTP for event loops: parsers and encoders that do no I/O, and the adapters that join them to connections. */
module io.eventloop.http {
    requires transitive io.eventloop;

    exports io.eventloop.http;
    exports io.eventloop.http.client;
    exports io.eventloop.http.h1;
    exports io.eventloop.http.server;
}
