package io.eventloop.http.client;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.Timer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.h1.BodyDecoder;
import io.eventloop.http.h1.RequestParser;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.tls.HandshakeExecutor;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A server that answers each request by the token in its path, framed in any way, sooner or later or never, in pieces;
 * redirects, answers before it has read the request, says what nobody asked for, and ends connections at any point.
 */
final class TokenServer {
    static final HeaderName TOKEN = HeaderName.of("X-Token");

    private final SimulatedNetwork network;
    private final SeededRandom random;
    private final EventLoopGroup group;
    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final boolean behaves;

    /** The content of each answer, and which were ended in order before they were whole. */
    final Map<String, String> contents = new HashMap<>();

    final Set<String> cut = new HashSet<>();

    /** Requests that may not be done twice and were received whole. */
    final Set<String> done = new HashSet<>();

    /** Requests whose head was received. */
    final Set<String> seen = new HashSet<>();

    TokenServer(SimulatedNetwork network, SimulatedHost host, boolean isSecure) {
        this.network = network;
        random = network.random().split();
        group = ClientScenario.group(network, host);
        address = host.address(isSecure ? 443 : 80);
        acceptor = isSecure ? secured(connection -> new Session()) : connection -> new Session();
        behaves = random.nextInt(3) == 0;
        start();
    }

    private static Acceptor secured(Acceptor sessions) {
        return TlsContext.server()
                .hosts(TlsHosts.of(TestCertificate.identity()))
                .handshakeExecutor(HandshakeExecutor.onLoop())
                .build()
                .acceptor(sessions);
    }

    private void start() {
        try {
            group.listen(address, acceptor);
        } catch (IOException e) {
            network.after(Duration.ofMillis(10), this::start);
        }
    }

    private final class Session implements ConnectionHandler {
        private final RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        private final BodyDecoder body = new BodyDecoder(HttpLimits.DEFAULT);
        private Connection connection;
        private Timer timer;
        private String token;
        private HttpMethod method;
        private boolean isWithinBody;
        private boolean isAnswered;
        private byte[] answer = {};
        private int sent;
        private boolean closesAfter;

        @Override
        public void onOpen(Connection opened) {
            connection = opened;
            timer = opened.loop().timer(this::go);
        }

        @Override
        public void onData(Connection from, Buffer in) {
            while (in.isReadable() && (isWithinBody || token == null)) {
                if (!isWithinBody && !head(in)) {
                    return;
                }
                int count = body.next(in, 1 << 20);
                while (count > 0) {
                    in.skip(count);
                    count = body.next(in, 1 << 20);
                }
                if (count == 0) {
                    return;
                }
                isWithinBody = false;
                received();
            }
        }

        private boolean head(Buffer in) {
            if (!parser.parse(in)) {
                return false;
            }
            HttpRequest request = parser.request();
            token = request.headers().first(TOKEN).orElse("none");
            method = request.method();
            seen.add(token);
            isWithinBody = true;
            isAnswered = false;
            body.begin(request.bodyLength());
            if (request.headers().contains(HeaderName.EXPECT)) {
                if (!behaves && random.nextInt(4) == 0) {
                    answer();
                } else if (behaves || random.nextInt(3) > 0) {
                    write("HTTP/1.1 100 Continue\r\n\r\n");
                }
            } else if (!behaves && random.nextInt(20) == 0) {
                answer();
            }
            return true;
        }

        private void received() {
            if (!method.isIdempotent() && !done.add(token)) {
                network.invariants().broken("request " + token + " was received twice");
            }
            if (isAnswered) {
                token = null;
            } else if (behaves || random.nextInt(4) > 0) {
                answer();
            } else if (random.nextInt(4) > 0) {
                timer.scheduleNanos(random.nextLong(700_000_000));
            }
        }

        private void go() {
            if (!isAnswered && token != null) {
                answer();
            } else {
                more();
            }
        }

        private void answer() {
            isAnswered = true;
            sent = 0;
            answer = response().getBytes(StandardCharsets.ISO_8859_1);
            more();
        }

        private String response() {
            closesAfter = false;
            String extra = !behaves && random.nextInt(8) == 0 ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "";
            if (!method.isSafe() || random.nextInt(10) > 0) {
                return extra + framed();
            }
            String path = random.nextInt(2) == 0
                    ? "/again"
                    : (address.getPort() == 443 ? "https" : "http") + "://10.0.0.1/again";
            return extra + "HTTP/1.1 302 Found\r\nLocation: " + path + "\r\nContent-Length: 3\r\n\r\nx\r\n";
        }

        private String framed() {
            int status = random.nextInt(6) == 0 ? 404 : 200;
            String start = "HTTP/1.1 " + status + " Any\r\nX-Token: " + token + "\r\n";
            if (method == HttpMethod.HEAD) {
                return start + "Content-Length: 1000\r\n\r\n";
            }
            String content = (token + "|").repeat(1 + random.nextInt(random.nextInt(10) == 0 ? 5000 : 10));
            contents.put(token, content);
            switch (random.nextInt(behaves ? 2 : 4)) {
                case 0:
                    return start + "Content-Length: " + content.length() + "\r\n\r\n" + content;
                case 1:
                    return start + "Transfer-Encoding: chunked\r\n\r\n" + chunks(content) + "0\r\n\r\n";
                case 2:
                    closesAfter = true;
                    return start + "\r\n" + content;
                default:
                    closesAfter = random.nextInt(2) == 0;
                    return start + "Connection: close\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
            }
        }

        private String chunks(String content) {
            StringBuilder framed = new StringBuilder();
            for (int at = 0; at < content.length(); ) {
                int count = Math.min(content.length() - at, 1 + random.nextInt(2000));
                framed.append(Integer.toHexString(count)).append("\r\n");
                framed.append(content, at, at + count).append("\r\n");
                at += count;
            }
            return framed.toString();
        }

        /** The next piece of the answer; or the end of it all. */
        private void more() {
            if (connection.isOutputEnded() || sent == answer.length) {
                return;
            }
            boolean whole = behaves || random.nextInt(3) > 0;
            int count = whole ? answer.length - sent : 1 + random.nextInt(answer.length - sent);
            byte[] piece = new byte[count];
            System.arraycopy(answer, sent, piece, 0, count);
            connection.write(piece);
            sent += count;
            if (!behaves && random.nextInt(30) == 0) {
                connection.abort();
            } else if (!behaves && random.nextInt(30) == 0) {
                if (sent < answer.length) {
                    cut.add(token);
                }
                connection.shutdownOutput();
            } else if (sent < answer.length) {
                timer.scheduleNanos(random.nextLong(200_000_000));
            } else if (closesAfter) {
                connection.close();
            } else {
                answered();
            }
        }

        private void answered() {
            if (!isWithinBody) {
                token = null;
            }
            if (!behaves && random.nextInt(20) == 0) {
                write("HTTP/1.1 200 OK\r\nX-Token: stray\r\nContent-Length: 5\r\n\r\nstray");
            } else if (!behaves && random.nextInt(15) == 0) {
                connection.close();
            }
        }

        private void write(String text) {
            if (!connection.isOutputEnded()) {
                connection.write(text.getBytes(StandardCharsets.ISO_8859_1));
            }
        }

        @Override
        public void onClosed(Connection over, CloseReason reason) {
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
