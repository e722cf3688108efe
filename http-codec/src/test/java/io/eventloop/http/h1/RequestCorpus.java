package io.eventloop.http.h1;

import java.util.LinkedHashSet;
import java.util.Set;

/** Requests in order and out of order: some by hand, and many made from them by putting one character somewhere. */
final class RequestCorpus {
    private static final String[] LINES = {
        "GET / HTTP/1.1",
        "GET /a/b?c=d&e HTTP/1.1",
        "GET http://a/b HTTP/1.1",
        "GET http://a HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET * HTTP/1.1",
        "GET a HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET /",
        "GET / HTTP/1.0",
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET / HTTP/11",
        "GET / http/1.1",
        "get / HTTP/1.1",
        "M-SEARCH / HTTP/1.1",
        "GET /a[b]=c HTTP/1.1",
        "GET /{a} HTTP/1.1",
        "GET /a|b HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "GET /%41 HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /\u00e9 HTTP/1.1",
        "⏎GET / HTTP/1.1",
        "⏎⏎GET / HTTP/1.1",
        "␊GET / HTTP/1.1",
        "␀GET / HTTP/1.1",
        " GET / HTTP/1.1"
    };

    private static final String[] FIELDS = {
        "X: y",
        "X:y",
        "X:",
        "X :y",
        "X",
        ": y",
        " X: y",
        "X: y⏎ z",
        "X: y⏎␉z",
        "X: \u00e9",
        "X\u00e9: y",
        "X: y␀",
        "X: y␍z",
        "X: y␊Z: a",
        "Content-Length: 5",
        "Content-Length: 05",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 5,5",
        "Content-Length: 0x5",
        "Content-Length:",
        "Content-Length: 5⏎Content-Length: 5",
        "Content-Length: 5⏎Content-Length: 6",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: Chunked",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: ␋chunked",
        "Transfer-Encoding: chunked⏎Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked⏎Content-Length: 5",
        "Content-Length: 5⏎Transfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:⏎ chunked",
        "Host: b",
        "Connection: close"
    };

    private static final String[] CHUNKS = {
        "5⏎hello⏎0⏎⏎",
        "5⏎hello⏎0⏎X: y⏎⏎",
        "005⏎hello⏎0⏎⏎",
        "5;a⏎hello⏎0⏎⏎",
        "5;a=b⏎hello⏎0⏎⏎",
        "5;a=\"b\"⏎hello⏎0⏎⏎",
        "5;a=\"⏎\"⏎hello⏎0⏎⏎",
        "5;␊hello⏎0⏎⏎",
        "5;⏎hello⏎0⏎⏎",
        "5 ⏎hello⏎0⏎⏎",
        " 5⏎hello⏎0⏎⏎",
        "5 ;a⏎hello⏎0⏎⏎",
        "5␊hello⏎0⏎⏎",
        "5␍hello⏎0⏎⏎",
        "+5⏎hello⏎0⏎⏎",
        "-5⏎hello⏎0⏎⏎",
        "0x5⏎hello⏎0⏎⏎",
        "5_⏎hello⏎0⏎⏎",
        "⏎hello⏎0⏎⏎",
        "100000005⏎hello⏎0⏎⏎",
        "fffffffffffffffff5⏎hello⏎0⏎⏎",
        "5⏎hello!⏎0⏎⏎",
        "5⏎hello0⏎⏎",
        "5⏎hello␊0⏎⏎",
        "5⏎hello⏎0␊⏎",
        "5⏎hello⏎0⏎␊",
        "5⏎hello⏎0⏎Content-Length: 5⏎⏎",
        "5⏎hello⏎0⏎Host: a⏎⏎",
        "5⏎hello⏎0⏎ X: y⏎⏎",
        "5⏎hello⏎0⏎X␀: y⏎⏎",
        "5;a␀⏎hello⏎0⏎⏎"
    };

    private static final String[] HOSTS = {
        "a", "a:80", "", "a b", "u@a", "a/b", "a:b", "[::1]", "[::1", "a,b", "a:65536", "a:", "a%41", "1.2.3.4", "a_b",
        "a\u00e9"
    };

    private static final String INSERTED = "␀␉␊␋␍ \u00a0:;,\"";

    private RequestCorpus() {}

    static Set<String> requests() {
        Set<String> all = new LinkedHashSet<>();
        for (String line : LINES) {
            all.add(line + "⏎Host: a⏎⏎");
        }
        for (String field : FIELDS) {
            all.add("GET / HTTP/1.1⏎Host: a⏎" + field + "⏎⏎");
            all.add("POST / HTTP/1.1⏎Host: a⏎" + field + "⏎⏎" + body(field));
            all.add("POST / HTTP/1.0⏎Host: a⏎Connection: keep-alive⏎" + field + "⏎⏎" + body(field));
        }
        for (String chunks : CHUNKS) {
            all.add("POST / HTTP/1.1⏎Host: a⏎Transfer-Encoding: chunked⏎⏎" + chunks);
        }
        for (String host : HOSTS) {
            all.add("GET / HTTP/1.1⏎Host: " + host + "⏎⏎");
        }
        all.add("GET / HTTP/1.1⏎⏎");
        all.add("GET / HTTP/1.0⏎⏎");
        all.add("GET http://a/b HTTP/1.1⏎Host: c⏎⏎");
        insert(all, "GET /a HTTP/1.1⏎Host: a⏎X: y⏎⏎");
        insert(all, "POST / HTTP/1.1⏎Host: a⏎Content-Length: 5⏎⏎hello");
        insert(all, "POST / HTTP/1.1⏎Host: a⏎Transfer-Encoding: chunked⏎⏎5;a=b⏎hello⏎0⏎T: u⏎⏎");
        return all;
    }

    private static String body(String field) {
        return field.contains("ransfer") ? "5⏎hello⏎0⏎⏎" : field.contains("ength") ? "hello" : "";
    }

    private static void insert(Set<String> all, String request) {
        for (int i = 0; i < request.length(); i++) {
            for (char c : INSERTED.toCharArray()) {
                all.add(request.substring(0, i) + c + request.substring(i));
            }
        }
    }
}
