package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Environment;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ManualClock;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is in the log, and what is not when there is no room. */
@Timeout(60)
final class AccessLogTest {
    private static final AccessEntry ENTRY = new AccessEntry(
            1_767_225_600_000L,
            "10.0.0.2",
            "GET",
            "/a?b=\"c\"",
            "HTTP/1.1",
            200,
            13,
            Duration.ofNanos(1_234_567),
            "http://from/",
            "a\nb\\");

    @Test
    void writesTheUsualForms() {
        String common = "10.0.0.2 - - [01/Jan/2026:00:00:00 +0000] \"GET /a?b=\\\"c\\\" HTTP/1.1\" 200 13";
        assertEquals(common, AccessLogFormat.COMMON.apply(ENTRY));
        assertEquals(common + " \"http://from/\" \"a\\u000ab\\\\\"", AccessLogFormat.COMBINED.apply(ENTRY));
        assertEquals(
                "{\"time\":\"2026-01-01T00:00:00Z\",\"remote\":\"10.0.0.2\",\"method\":\"GET\","
                        + "\"target\":\"/a?b=\\\"c\\\"\",\"version\":\"HTTP/1.1\",\"status\":200,\"bytes\":13,"
                        + "\"micros\":1234,\"referer\":\"http://from/\",\"userAgent\":\"a\\u000ab\\\\\"}",
                AccessLogFormat.JSON.apply(ENTRY));
    }

    /** A11: whatever a peer puts into its request stays within its field of its line. */
    @Test
    void escapesWhateverComes() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x180; c++) {
            all.append(c);
        }
        String text = all.append("\u2028\u2029\u0085").toString();
        AccessEntry entry = new AccessEntry(0, "10.0.0.2", text, text, "HTTP/1.1", 200, 13, Duration.ZERO, text, text);
        for (AccessLogFormat format : AccessLogFormat.values()) {
            String line = format.apply(entry);
            assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7F), line);
            String unescaped = line.replaceAll("\\\\(u[0-9a-f]{4}|.)", "");
            int quotes = unescaped.length() - unescaped.replace("\"", "").length();
            assertEquals(format == AccessLogFormat.COMMON ? 2 : format == AccessLogFormat.COMBINED ? 6 : 34, quotes);
        }
    }

    /** The path of a peer's socket, which is the peer's choice as well. */
    @Test
    void escapesWhereItComesFrom() {
        String path = "/tmp/a b\n10.0.0.1 - - [\"\\";
        AccessEntry entry = new AccessEntry(0, path, "GET", "/", "HTTP/1.1", 200, 13, Duration.ZERO, "", "");
        AccessEntry unnamed = new AccessEntry(0, "", "GET", "/", "HTTP/1.1", 200, 13, Duration.ZERO, "", "");
        for (AccessLogFormat format : List.of(AccessLogFormat.COMMON, AccessLogFormat.COMBINED)) {
            String host = "/tmp/a\\u0020b\\u000a10.0.0.1\\u0020-\\u0020-\\u0020[\\\"\\\\";
            String line = format.apply(entry);
            assertTrue(line.startsWith(host + " - - [01/Jan/1970:"), line);
            assertTrue(format.apply(unnamed).startsWith("- - - [01/Jan/1970:"));
        }
    }

    /** The queue is full then, and nobody makes room. */
    @Test
    @Timeout(30)
    void closesAfterAnErrorHasEndedItsThread() throws IOException {
        AtomicReference<Thread> ended = new AtomicReference<>();
        StringWriter text = new StringWriter();
        AccessLog log = AccessLog.to(
                text,
                entry -> {
                    ended.set(Thread.currentThread());
                    throw new AssertionError("an error that is meant to be");
                },
                1,
                Environment.system());
        AccessEntry entry = new AccessEntry(0, "a", "GET", "/", "HTTP/1.1", 200, 13, Duration.ZERO, "", "");
        log.log(entry);
        while (ended.get() == null || ended.get().isAlive()) {
            Thread.onSpinWait();
        }
        log.log(entry);
        log.close();
        assertEquals("", text.toString());
    }

    /** The time of the loop stands still within a turn. */
    @Test
    void measuresHandlersThatAnswerAtOnce() throws IOException {
        StringWriter text = new StringWriter();
        AccessLog log = AccessLog.to(text, entry -> "" + entry.duration().toMillis(), 100, Environment.system());
        ManualClock clock = new ManualClock(0);
        try (EventLoopGroup group = EventLoopGroup.builder()
                        .loops(1)
                        .transport("nio")
                        .callerDriven()
                        .environment(clock.environment())
                        .build();
                HttpServer server = HttpServer.builder()
                        .accessLog(log)
                        .handler(exchange -> {
                            clock.advance(Duration.ofMillis(300));
                            exchange.send(HttpStatus.OK);
                        })
                        .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.address()).getPort())) {
            client.getOutputStream().write(ServerRig.bytes(ServerRig.get("/")));
            while (client.getInputStream().available() == 0) {
                group.next().runOnce(1_000_000);
            }
        }
        log.close();
        assertEquals("300\n", text.toString());
    }

    @Test
    void logsEachRequestWithItsOutcome() throws IOException {
        StringWriter text = new StringWriter();
        AccessLog log = AccessLog.to(text, AccessLogFormat.COMBINED, 100, Environment.system());
        try (ServerRig rig = new ServerRig(builder -> builder.accessLog(log)
                .handler(exchange -> exchange.send(
                        exchange.request().pathIs("/a")
                                ? HttpReply.text("four")
                                : ErrorReplies.of(HttpStatus.NOT_FOUND))))) {
            rig.answer("GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: me\r\n\r\nGET /b?c HTTP/1.1\r\nHost: a\r\n\r\n");
            rig.answer("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n");
        }
        log.close();
        List<String> lines = text.toString()
                .lines()
                .map(line -> line.substring(line.indexOf('"')))
                .toList();
        assertEquals(
                List.of(
                        "\"GET /a HTTP/1.1\" 200 4 \"-\" \"me\"",
                        "\"GET /b?c HTTP/1.1\" 404 54 \"-\" \"-\"",
                        "\"HEAD /a HTTP/1.1\" 200 0 \"-\" \"-\"",
                        "\"- - -\" 400 "
                                + ErrorReplies.of(HttpStatus.BAD_REQUEST).bodyLength() + " \"-\" \"-\""),
                lines.stream()
                        .map(line -> line.replaceAll(
                                "400 \\d+",
                                "400 " + ErrorReplies.of(HttpStatus.BAD_REQUEST).bodyLength()))
                        .toList());
        assertTrue(text.toString().startsWith("10.0.0.2 - - [01/Jan/2026:00:00:0"), text.toString());
    }

    @Test
    void dropsAndCountsWhatItHasNoRoomFor() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        StringWriter text = new StringWriter() {
            @Override
            public void write(String line) {
                writing.countDown();
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.write(line);
            }
        };
        AccessLog log = AccessLog.to(text, AccessLogFormat.COMMON, 4, Environment.system());
        log.log(ENTRY);
        writing.await();
        for (int i = 0; i < 10; i++) {
            log.log(ENTRY);
        }
        assertEquals(6, log.dropped());
        blocked.countDown();
        log.close();
        assertEquals(5, text.toString().lines().count());
        log.log(ENTRY);
        assertEquals(7, log.dropped());
    }

    /** Whatever is logged while it is closed is written or counted. */
    @Test
    void losesNothingUncountedWhenItIsClosed() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            StringWriter text = new StringWriter();
            AccessLog log = AccessLog.to(text, entry -> "x", 64, Environment.system());
            CountDownLatch begun = new CountDownLatch(1);
            int[] logged = new int[1];
            Thread other = Environment.system().newThread("logging", () -> {
                while (log.dropped() < 3) {
                    log.log(ENTRY);
                    logged[0]++;
                    begun.countDown();
                }
            });
            other.start();
            begun.await();
            log.close();
            other.join();
            assertEquals(logged[0], text.toString().lines().count() + log.dropped());
        }
    }

    @Test
    void goesOnWhenItCannotWrite() {
        Writer broken = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("the disk is full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        AccessLog log = AccessLog.to(broken, AccessLogFormat.COMMON, 4, Environment.system());
        log.log(ENTRY);
        log.close();
        assertEquals(1, log.dropped());
    }

    @Test
    void appendsToAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("access.log");
        for (int i = 0; i < 2; i++) {
            AccessLog log = AccessLog.toFile(file, AccessLogFormat.COMMON);
            log.log(ENTRY);
            log.close();
        }
        assertEquals(2, Files.readAllLines(file).size());
        assertFalse(Files.readString(file).contains("\r"));
    }
}
