package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.BufferPoolOptions;
import io.eventloop.ConnectOptions;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.RelayOptions;
import io.eventloop.http.client.ClientRequest;
import io.eventloop.http.client.NameResolver;
import io.eventloop.http.client.WholeResponse;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.HttpServerLimits;
import io.eventloop.tls.TlsIdentity;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the Markdown files say that can be checked: the example, the defaults, the version, the links. */
@Timeout(60)
final class ReadmeTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\\n(.*?)```");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern PARENT_VERSION =
            Pattern.compile("<artifactId>eventloop-parent</artifactId>\\s*<version>([^<]+)</version>");

    private final Repository repository = Repository.find();

    @Test
    void showsTheExampleAsItIs() throws IOException {
        Matcher block = JAVA_BLOCK.matcher(repository.text("README.md"));
        assertTrue(block.find());
        String source = repository.text("samples/src/test/java/io/eventloop/samples/EchoExample.java");
        assertEquals(source.substring(source.indexOf("public final class")), block.group(1));
    }

    @Test
    void hasAnExampleThatEchoes() throws IOException {
        byte[] message = "one, two, three".getBytes(StandardCharsets.US_ASCII);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (EventLoopGroup group = EventLoopGroup.builder().loops(1).build();
                Listener listener = group.listen(new InetSocketAddress(loopback, 0), c -> new EchoExample());
                Socket peer = new Socket(loopback, ((InetSocketAddress) listener.address()).getPort())) {
            peer.getOutputStream().write(message);
            peer.shutdownOutput();
            assertArrayEquals(message, peer.getInputStream().readAllBytes());
        }
    }

    @Test
    void showsTheRestExampleAsItIs() throws IOException {
        String source = repository.text("samples/src/test/java/io/eventloop/samples/RestExample.java");
        String shown = source.substring(source.indexOf("public final class"));
        assertTrue(repository.text("http-codec/README.md").contains("```java\n" + shown + "```"));
        assertTrue(source.lines().count() < 60);
    }

    @Test
    void hasARestExampleThatKeepsNotes() throws IOException, InterruptedException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (EventLoopGroup group = EventLoopGroup.builder().loops(1).build();
                HttpServer server = new RestExample().listen(group, loopback)) {
            String url = "http://127.0.0.1:" + ((InetSocketAddress) server.address()).getPort() + "/notes";
            assertEquals("404 ", answer("GET", url + "/a%20b", ""));
            assertEquals("204 ", answer("PUT", url + "/a%20b", "buy milk"));
            assertEquals("413 ", answer("PUT", url + "/c", "x".repeat(1001)).substring(0, 4));
            assertEquals("200 buy milk", answer("GET", url + "/a%20b", ""));
            assertEquals("200 a b", answer("GET", url, ""));
            assertEquals("204 ", answer("DELETE", url + "/a%20b", ""));
            assertEquals("404 ", answer("DELETE", url + "/a%20b", ""));
        }
    }

    @Test
    void showsTheExampleOfTlsAsItIs() throws IOException {
        String source = repository.text("samples/src/test/java/io/eventloop/samples/HttpsExample.java");
        String shown = source.substring(source.indexOf("public final class"));
        assertTrue(repository.text("http-codec/README.md").contains("```java\n" + shown + "```"));
    }

    @Test
    void hasAnExampleOfTlsThatSaysHello() throws Exception {
        TlsIdentity identity = TlsIdentity.insecureSelfSigned("example.org");
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (EventLoopGroup group = EventLoopGroup.builder().loops(1).build();
                HttpServer server = HttpsExample.listen(group, anyPort, HttpsExample.secured(identity))) {
            EventLoop loop = group.next();
            NameResolver here = name -> CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
            String url = "https://example.org:" + ((InetSocketAddress) server.address()).getPort() + "/";
            WholeResponse response = CompletableFuture.supplyAsync(
                            () -> HttpsExample.client(loop, here, identity.chain()), loop)
                    .thenCompose(client -> client.fetch(ClientRequest.get(url)).whenComplete((r, f) -> client.close()))
                    .get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals("hello", response.text(StandardCharsets.UTF_8));
        }
    }

    private static String answer(String method, String url, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    @Test
    void listsEveryLimitWithItsDefault() throws ReflectiveOperationException, IOException {
        String readme = repository.text("README.md");
        List<String> missing = new ArrayList<>();
        for (Record options : List.of(
                ConnectionLimits.DEFAULT,
                ConnectOptions.DEFAULT,
                ListenOptions.DEFAULT,
                LoopOptions.DEFAULT,
                BufferPoolOptions.DEFAULT,
                RelayOptions.DEFAULT,
                HttpServerLimits.DEFAULT)) {
            for (String cells : cells(options)) {
                if (!readme.contains(cells)) {
                    missing.add(cells);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    /** For each number and each duration of a record, its name and its value as two cells of a table. */
    private static List<String> cells(Record options) throws ReflectiveOperationException {
        List<String> cells = new ArrayList<>();
        for (RecordComponent component : options.getClass().getRecordComponents()) {
            Object value = component.getAccessor().invoke(options);
            if (value instanceof Number || value instanceof Duration) {
                String name = options.getClass().getSimpleName() + "." + component.getName();
                cells.add("| `" + name + "` | " + text(component.getName(), value) + " |");
            }
        }
        return cells;
    }

    private static String text(String name, Object value) {
        if (value instanceof Duration duration) {
            long seconds = duration.toSeconds();
            return seconds > 60 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
        }
        long number = ((Number) value).longValue();
        if (number == 0) {
            return "none";
        }
        if (!name.endsWith("Bytes")) {
            return String.format(Locale.ROOT, "%,d", number);
        }
        return number % (1 << 20) == 0 ? (number >> 20) + " MiB" : (number >> 10) + " KiB";
    }

    @Test
    void formatsValuesAsTheTableDoes() {
        assertEquals("64 KiB", text("maxInboundBytes", 64 << 10));
        assertEquals("8 MiB", text("maxQueuedBytes", 8 << 20));
        assertEquals("4,096", text("maxQueuedWrites", 4096));
        assertEquals("none", text("maxAcceptsPerSecond", 0));
        assertEquals("60 s", text("writeTimeout", Duration.ofSeconds(60)));
        assertEquals("5 min", text("idleTimeout", Duration.ofMinutes(5)));
    }

    @Test
    void namesTheVersionThatIsBuilt() throws IOException {
        Matcher version = PARENT_VERSION.matcher(repository.text("pom.xml"));
        assertTrue(version.find());
        assertTrue(repository.text("README.md").contains("<version>" + version.group(1) + "</version>"));
    }

    @Test
    void linksToFilesThatAreThere() throws IOException {
        List<String> pages = new ArrayList<>(repository.files("docs", ".md"));
        pages.addAll(List.of(
                "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "eventloop-api/README.md", "http-codec/README.md"));
        List<String> broken = new ArrayList<>();
        for (String page : pages) {
            String folder = page.substring(0, page.lastIndexOf('/') + 1);
            for (String link : links(repository.text(page))) {
                if (!repository.has(folder + link)) {
                    broken.add(page + " links to " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
        assertEquals(List.of("a.md"), links("[a](a.md#b), [b](https://b.org), [c](#c)"));
    }

    private static List<String> links(String page) {
        return LINK.matcher(page).results().map(match -> match.group(1)).toList();
    }
}
