/** Small servers, proxies and clients, as subcommands of one command line. */
module io.eventloop.samples {
    requires io.eventloop;
    requires io.eventloop.http;
    requires info.picocli;

    opens io.eventloop.samples to
            info.picocli;
}
