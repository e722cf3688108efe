package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.server.HttpServerMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The routes of the HTTP server, asked by the HTTP clients that come with Java and with Node. */
@Tag("interop")
@Timeout(120)
class HttpRuntimesInteropTest {
    private static final int ROUNDS = 50;
    private static final String HELLO = "Hello, World!";
    private static final String SMALL = "0123456789abcdef".repeat(1 << 6);
    private static final String LARGE = "0123456789abcdef".repeat(1 << 16);

    /** Gets pages and has bodies sent back, some at once over kept connections, and prints what went wrong. */
    private static final String NODE = """
            const http = require('http');
            const [url, rounds] = [process.argv[1], Number(process.argv[2])];
            const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
            const small = '0123456789abcdef'.repeat(1 << 6), large = '0123456789abcdef'.repeat(1 << 16);

            function ask(method, path, body, chunked) {
              return new Promise((resolve, reject) => {
                const headers = body && !chunked ? { 'Content-Length': body.length } : {};
                const request = http.request(url + path, { method, agent, headers }, response => {
                  const parts = [];
                  response.on('data', part => parts.push(part));
                  response.on('error', reject);
                  response.on('end', () => resolve(response.statusCode + ' ' + Buffer.concat(parts)));
                });
                request.on('error', reject);
                if (body && chunked) {
                  for (let at = 0; at < body.length; at += 50000) request.write(body.slice(at, at + 50000));
                  request.end();
                } else {
                  request.end(body);
                }
              });
            }

            async function check(expected, method, path, body, chunked) {
              const answer = await ask(method, path, body, chunked);
              if (answer !== '200 ' + expected) {
                throw new Error(method + ' ' + path + ': ' + answer.slice(0, 200));
              }
            }

            const all = [];
            for (let i = 0; i < rounds; i++) {
              all.push(check('Hello, World!', 'GET', '/plaintext'));
              all.push(check('{"message":"Hello, World!"}', 'GET', '/json'));
              for (const body of i % 10 ? [small] : [small, large]) {
                all.push(check(body, 'POST', '/echo', body, false));
                all.push(check(body, 'POST', '/echo', body, true));
              }
            }
            Promise.all(all).then(
              () => { console.log(all.length + ' answers'); agent.destroy(); },
              error => { console.log(error); process.exit(1); });
            """;

    private RoutesServer server;

    @BeforeEach
    void listen() throws IOException {
        server = RoutesServer.plain(2);
    }

    @AfterEach
    void close() {
        server.close();
        HttpServerMetrics metrics = server.metrics();
        assertEquals(metrics.requests(), metrics.responses().get(2));
        assertEquals(0, metrics.aborted() + metrics.handlerFailures());
        assertTrue(metrics.violations().values().stream().allMatch(count -> count == 0));
    }

    /** Version 2 asks each plain server for an upgrade to it, which this one does not take. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void answersTheClientOfJava(HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            answers.add(ask(client, "/plaintext", BodyPublishers.noBody(), "GET"));
            expected.add(HELLO);
            for (String body : i % 10 == 0 ? List.of(SMALL, LARGE) : List.of(SMALL)) {
                BodyPublisher whole = BodyPublishers.ofString(body);
                answers.add(ask(client, "/echo", whole, "POST"));
                answers.add(ask(client, "/echo", BodyPublishers.fromPublisher(whole), "POST"));
                expected.addAll(List.of(body, body));
            }
        }
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(200, answer.statusCode());
            assertEquals(expected.get(i), answer.body());
            assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
        }
    }

    private CompletableFuture<HttpResponse<String>> ask(
            HttpClient client, String path, BodyPublisher body, String method) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url(path)))
                .method(method, body)
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    @Test
    void answersNode() throws Exception {
        String output = Programs.run("node", "-e", NODE, server.url(""), "" + ROUNDS);
        assertEquals(server.metrics().requests() + " answers\n", output);
        assertTrue(server.metrics().requests() > 4 * ROUNDS);
    }
}
