package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handler a method and a path lead to. */
@Timeout(60)
final class RouterTest {
    private static HttpHandler says(String route, String... parameters) {
        return exchange -> {
            StringBuilder text = new StringBuilder(route);
            for (String name : parameters) {
                text.append(' ').append(exchange.parameter(name));
            }
            exchange.send(HttpReply.text(text.toString()));
        };
    }

    private static Router router() {
        return Router.builder()
                .get("/", says("root"))
                .get("/users", says("users"))
                .post("/users", says("add"))
                .get("/users/{id}", says("user", "id"))
                .get("/users/me", says("me"))
                .get("/users/{id}/posts/{post}", says("post", "id", "post"))
                .get("/users/me/posts", says("mine"))
                .get("/use", says("use"))
                .get("/files/{path...}", says("file", "path"))
                .get("/files/index", says("index"))
                .any("/any/*", says("any", "*"))
                .put("/any/put", says("put"))
                .route(HttpMethod.of("PURGE"), "/users", says("purge"))
                .get("/sixteen-letters/and-more", says("long"))
                .get("/sixteen-letters", says("sixteen"))
                .connect(exchange -> exchange.send(HttpStatus.FORBIDDEN))
                .build();
    }

    private static String line(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, root",
        "GET, /?q=1, root",
        "GET, http://a, root",
        "GET, http://a/users?q, users",
        "GET, /users, users",
        "POST, /users, add",
        "PURGE, /users, purge",
        "GET, /users/7, user 7",
        "GET, /users/me, me",
        "GET, /users/mel, user mel",
        "GET, /users/m, user m",
        "GET, /users/a%20b%2Fc, user a b/c",
        "GET, /users/%C3%A9, user é",
        "GET, /users/me/posts, mine",
        "GET, /users/me/posts/3, post me 3",
        "GET, /users/7/posts/3, post 7 3",
        "GET, /use, use",
        "GET, /sixteen-letters, sixteen",
        "GET, /sixteen-letters/and-more, long",
        "GET, /files/a/b/c, file a/b/c",
        "GET, /files/, file",
        "GET, /files/index, index",
        "GET, /files/indexes, file indexes",
        "GET, /any/x, any x",
        "DELETE, /any/put, any put",
        "PUT, /any/put, put"
    })
    void findsTheRoute(String method, String target, String expected) throws IOException {
        try (ServerRig rig = ServerRig.of(router())) {
            String answer = rig.answer(line(method, target));
            String body = new String(
                    ServerRig.bytes(answer.substring(answer.indexOf("\r\n\r\n") + 4)), StandardCharsets.UTF_8);
            assertEquals(expected, body.strip(), answer);
        }
    }

    @Test
    void findsEachOfManyPaths() throws IOException {
        Router.Builder builder = Router.builder();
        for (int i = 0; i < 300; i++) {
            builder.get("/" + "x".repeat(i % 23) + i, says("" + i));
        }
        try (ServerRig rig = ServerRig.of(builder.build())) {
            for (int i = 0; i < 300; i++) {
                assertTrue(rig.answer(line("GET", "/" + "x".repeat(i % 23) + i)).endsWith("\r\n\r\n" + i));
                assertTrue(rig.answer(line("GET", "/" + "x".repeat(i % 23 + 1) + i))
                        .startsWith("HTTP/1.1 404 "));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/sixteen-letterz",
                "/sixteen-letters/and-mor",
                "/sixteen-letters/and-mory",
                "/users/",
                "/users/7/",
                "/user",
                "//users",
                "/users/7/posts",
                "/./users",
                "/files"
            })
    void answers404WhereThereIsNoRoute(String target) throws IOException {
        try (ServerRig rig = ServerRig.of(router())) {
            assertTrue(rig.answer(line("GET", target)).startsWith("HTTP/1.1 404 "));
        }
    }

    @ParameterizedTest
    @CsvSource({"/users, 'GET, HEAD, OPTIONS, POST, PURGE'", "/users/7, 'GET, HEAD, OPTIONS'"})
    void answers405WithTheMethodsThereAre(String target, String allow) throws IOException {
        try (ServerRig rig = ServerRig.of(router())) {
            String answer = rig.answer(line("DELETE", target));
            assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
            assertTrue(answer.contains("\r\nAllow: " + allow + "\r\n"), answer);
        }
    }

    @Test
    void answersHeadAndOptionsByItself() throws IOException {
        try (ServerRig rig = ServerRig.of(router())) {
            String head = rig.answer(line("HEAD", "/users"));
            assertTrue(head.endsWith("Content-Length: 5\r\n\r\n"), head);
            String options = rig.answer(line("OPTIONS", "/users/7"));
            assertEquals("HTTP/1.1 204 No Content\r\nAllow: GET, HEAD, OPTIONS\r\n\r\n", options);
            assertEquals("HTTP/1.1 204 No Content\r\n\r\n", rig.answer(line("OPTIONS", "*")));
            assertTrue(rig.answer(line("OPTIONS", "/none")).startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void leavesConnectToItsHandler() throws IOException {
        try (ServerRig rig = ServerRig.of(router())) {
            assertTrue(rig.answer(line("CONNECT", "a:443")).startsWith("HTTP/1.1 403 "));
        }
        try (ServerRig rig = ServerRig.of(Router.builder().build())) {
            assertTrue(rig.answer(line("CONNECT", "a:443")).startsWith("HTTP/1.1 501 "));
        }
    }

    @Test
    void saysWhichParameterIsNotThere() throws IOException {
        try (ServerRig rig = ServerRig.of(Router.builder()
                .get("/{a}", exchange -> exchange.send(HttpReply.text(exchange.parameter("b"))))
                .build())) {
            assertTrue(rig.answer(line("GET", "/x")).startsWith("HTTP/1.1 500 "));
            assertEquals("the route has no parameter 'b'", rig.failures.get(0).getMessage());
        }
    }

    /** A head that comes again is not looked up again; what came before, and whose it was, makes no difference. */
    @Test
    void findsTheSameForTheSameHead() throws IOException {
        Router byId = router();
        Router nested = Router.builder()
                .get("/users/{name}", says("named", "name"))
                .get("/{rest...}", exchange -> {
                    assertEquals(exchange.request().path(), "/" + exchange.parameter("rest"));
                    byId.handle(exchange);
                })
                .build();
        HttpHandler[] handlers = {byId, nested, says("no router", "id")};
        String[] targets = {"/users/7", "/users/8", "/nowhere", "/users/7/nothing", "/users/7/posts/3"};
        HttpHandler[] current = {byId};
        HttpHandler either = exchange -> current[0].handle(exchange);
        List<String> expected = new ArrayList<>();
        for (HttpHandler handler : handlers) {
            for (String target : targets) {
                try (ServerRig rig = ServerRig.of(handler)) {
                    expected.add(rig.answer(line("GET", target)));
                }
            }
        }
        try (ServerRig rig = ServerRig.of(either)) {
            int count = expected.size();
            for (int pair = 0; pair < count * count; pair++) {
                for (int i : new int[] {pair / count, pair / count, pair % count, pair % count, pair / count}) {
                    current[0] = handlers[i / targets.length];
                    String answer = rig.answer(line("GET", targets[i % targets.length]));
                    assertEquals(expected.get(i), answer, pair + ": " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "users",
                "/a{b}",
                "/{b}c",
                "/{",
                "/}",
                "/{}",
                "/{a}/{a}",
                "/*/a",
                "/{a...}/b",
                "/a*",
                "/{...}",
                "/a b",
                "/a?b",
                "/\u0141"
            })
    void refusesMalformedPatterns(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> Router.builder().get(pattern, says("")));
    }

    @Test
    void refusesAPatternTwice() {
        Router.Builder builder = Router.builder().get("/a/{b}", says(""));
        assertThrows(IllegalArgumentException.class, () -> builder.get("/a/{c}", says("")));
    }
}
