package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which the command line can be wrong: one line on the error stream, and the exit status. */
@Timeout(60)
class CommandLineTest {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                             | samples: a subcommand is missing: chat, echo, http-server,"
                        + " redis-proxy, tcp-proxy",
                "http-proxy                     | samples: Unmatched argument at index 0: 'http-proxy'",
                "echo                           | echo: Missing required option: '--port=PORT'",
                "echo --port                    | echo: Missing required parameter for option '--port' (PORT)",
                "echo -p 1 --prot 2             | echo: Unknown options: '--prot', '2'",
                "echo -p 1 extra                | echo: Unmatched argument at index 3: 'extra'",
                "echo -p abc                    | '--port': 'abc' is not a port to listen on: a whole number within"
                        + " 0..65535",
                "echo -p -1                     | '--port': '-1' is not a port to listen on",
                "tcp-proxy -p 65536             | '--port': '65536' is not a port to listen on",
                "tcp-proxy -P 0                 | '--backend-port': '0' is not a port to connect to: a whole number"
                        + " within 1..65535",
                "tcp-proxy -P 99999999999       | '--backend-port': '99999999999' is not a port to connect to",
                "tcp-proxy --max-connections 0  | '--max-connections': '0' is not a number of connections: a whole"
                        + " number within 1..1000000",
                "tcp-proxy --threads 0          | '--threads': '0' is not a number of threads: a whole number within"
                        + " 1..1024",
                "tcp-proxy --threads two        | '--threads': 'two' is not a number of threads",
                "tcp-proxy --transport tcp      | '--transport': 'tcp' is not a transport: auto, nio or epoll",
                "tcp-proxy --connect-timeout 5  | '--connect-timeout': '5' is not a duration: a whole number and ms,"
                        + " s, m or h, such as 500ms, or 0 for none",
                "tcp-proxy --idle-timeout 1.5s  | '--idle-timeout': '1.5s' is not a duration",
                "tcp-proxy --drain-timeout -1s  | '--drain-timeout': '-1s' is not a duration",
                "tcp-proxy --stats-interval s   | '--stats-interval': 's' is not a duration",
                "tcp-proxy --proxy-protocol-in=x | '--proxy-protocol-in': 'x' is neither required nor optional",
                "tcp-proxy --send-proxy v3      | '--send-proxy': 'v3' is not a version: v1 or v2",
                "tcp-proxy --tls-passthrough a=b | '--tls-passthrough' (NAME=HOST:PORT): 'b' is not a host and a port",
                "tcp-proxy --tls-passthrough a  | '--tls-passthrough' (NAME=HOST:PORT) should be in KEY=VALUE format but was a",
                "redis-proxy -u 6379            | '--upstream': '6379' is not a host and a port",
                "redis-proxy -u ::1:6379        | '--upstream': '::1:6379' is not a host and a port",
                "redis-proxy -u redis:0         | '--upstream': '0' is not a port to connect to",
                "redis-proxy --pool-size 0      | '--pool-size': '0' is not a number of connections",
                "redis-proxy --client-stall 0   | '--client-stall': '0' must be longer than zero",
                "redis-proxy --max-bulk-mib 2000 | '--max-bulk-mib': '2000' is not a number of MiB: a whole number"
                        + " within 1..1024",
                "http-server --rate-limit 0/s   | '--rate-limit': '0' is not a number of requests a second",
                "http-server --rate-limit 5/m   | '--rate-limit': '5/m' is not a number of requests a second",
                "http-server --idle-timeout 5   | '--idle-timeout': '5' is not a duration",
                "redis-proxy --drain-timeout 5  | '--drain-timeout': '5' is not a duration",
                "echo -p 0 --tls-reload 5       | '--tls-reload': '5' is not a duration",
                "tcp-proxy --idle-timeout 9000h | '--idle-timeout': '9000h' is longer than 366 days",
            })
    void refusesWhatIsWrong(String arguments, String message) {
        assertEquals(WRONG_USAGE, run(arguments));
        assertOneLine(message);
    }

    @Test
    void namesAnAddressInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            String message = "cannot listen on 127.0.0.1:" + port + ": the port is in use";
            assertEquals(FAILED, run("echo --host 127.0.0.1 --threads 1 -p " + port));
            assertOneLine("echo: " + message);
            assertEquals(FAILED, run("tcp-proxy -l 127.0.0.1 --threads 2 -p " + port));
            assertOneLine("tcp-proxy: " + message);
            assertEquals(FAILED, run("tcp-proxy --with-backend -l 127.0.0.1 -p 0 -P " + port));
            assertOneLine("tcp-proxy: " + message);
        }
    }

    @Test
    void namesAnAddressOfAnotherHost() {
        // RFC 5737: never an address of a host.
        assertEquals(FAILED, run("tcp-proxy -l 192.0.2.1 -p 8080"));
        assertOneLine("tcp-proxy: cannot listen on 192.0.2.1:8080: the address is not of this host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp-proxy -p 8081                          | --backend 127.0.0.1:8081",
                "tcp-proxy -l 127.0.0.1 -p 8081             | --backend 127.0.0.1:8081",
                "tcp-proxy -l :: -p 8081 -b 127.0.0.2       | --backend 127.0.0.2:8081",
                "tcp-proxy -l 127.0.0.1 -p 8081 -b 0.0.0.0  | --backend 0.0.0.0:8081",
                "tcp-proxy -p 80 --tls-passthrough a=127.0.0.1:80 | --tls-passthrough 127.0.0.1:80",
                "redis-proxy -p 6379 --upstream 127.0.0.1:6379 | --upstream 127.0.0.1:6379",
            })
    void refusesToRelayToItself(String arguments, String which) {
        assertEquals(FAILED, run(arguments));
        assertOneLine(arguments.split(" ")[0] + ": " + which + " is where it listens itself");
    }

    @Test
    void namesAHostThatDoesNotResolve() {
        // RFC 6761: never resolves.
        assertEquals(FAILED, run("tcp-proxy -l nowhere.invalid"));
        assertOneLine("tcp-proxy: --listen nowhere.invalid: no such host or address");
        assertEquals(FAILED, run("tcp-proxy -b nowhere.invalid"));
        assertOneLine("tcp-proxy: --backend nowhere.invalid: no such host or address");
        assertEquals(FAILED, run("echo -p 0 --host 300.0.0.1"));
        assertOneLine("echo: --host 300.0.0.1: no such host or address");
    }

    @Test
    void saysWhyATransportCannotRun() {
        int status = run("echo --host 192.0.2.1 -p 8080 --transport epoll");
        Assumptions.assumeTrue(err.toString().contains("--transport"), "epoll runs here");
        assertEquals(FAILED, status);
        assertOneLine("echo: --transport epoll: transport epoll cannot run here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "echo --help", "tcp-proxy --help", "-h", "echo -h"})
    void helps(String arguments) {
        assertEquals(0, run(arguments));
        assertTrue(out.toString().startsWith("Usage: samples"), out.toString());
        assertEquals("", err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "echo --version", "tcp-proxy -V"})
    void tellsItsVersion(String arguments) {
        assertEquals(0, run(arguments));
        assertTrue(out.toString().startsWith("eventloop samples "), out.toString());
    }

    @Test
    void showsTheDefaultsOfTheProxy() {
        run("tcp-proxy --help");
        String help = out.toString().replaceAll("\\s+", " ");
        for (String text : new String[] {"0.0.0.0", "8080", "127.0.0.1", "8081", "1024", "5s", "5m", "10s", "auto"}) {
            assertTrue(help.contains("(default: " + text + ")"), text + " in " + help);
        }
    }

    private int run(String arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] args = arguments.isEmpty() ? new String[0] : arguments.split(" +");
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private void assertOneLine(String part) {
        String text = err.toString();
        assertTrue(text.contains(part), text);
        assertEquals(1, text.lines().count(), text);
    }
}
