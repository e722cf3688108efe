package io.eventloop.http.h1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;

/** Tomcat's connector, without its servlet container, over the loopback interface. */
final class TomcatPeer implements PeerParser {
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 (\\d+)|<([^>]*)>");
    private static final Logger LOG = Logger.getLogger("org.apache");

    private final Http11NioProtocol protocol = new Http11NioProtocol();

    TomcatPeer() throws Exception {
        LOG.setLevel(Level.OFF);
        protocol.setAddress(InetAddress.getLoopbackAddress());
        protocol.setPort(0);
        protocol.setMaxThreads(2);
        protocol.setMinSpareThreads(1);
        protocol.setAdapter(new Report());
        protocol.init();
        protocol.start();
    }

    @Override
    public List<String> read(byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), protocol.getLocalPort())) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return lines(new String(all(socket), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All it sends; when it gives up with bytes unread, what was sent before the reset may be all there is. */
    private static byte[] all(Socket socket) {
        ByteBuffer answer = ByteBuffer.allocate(1 << 16);
        try {
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                answer.put((byte) c);
            }
        } catch (IOException e) {
            // The end of what can be read, as a reset is.
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    private static List<String> lines(String answer) {
        List<String> lines = new ArrayList<>();
        Matcher matcher = ANSWER.matcher(answer);
        while (matcher.find()) {
            if (matcher.group(2) != null) {
                lines.add(matcher.group(2));
            } else if (!matcher.group(1).equals("200") && !matcher.group(1).equals("100")) {
                lines.add("!");
                break;
            }
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        try {
            protocol.stop();
            protocol.destroy();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Answers each request with what was understood of it. */
    private static final class Report implements Adapter {

        @Override
        public void service(Request request, Response response) throws Exception {
            // The connector has found a fault and leaves the answer to the container.
            if (response.getStatus() >= 400) {
                return;
            }
            long bodyBytes = 0;
            Sink sink = new Sink();
            while (request.doRead(sink) > 0) {
                bodyBytes += sink.chunk.remaining();
            }
            String uri = request.requestURI().toString();
            String query = request.queryString().toString();
            String target = query == null || query.isEmpty() ? uri : uri + "?" + query;
            byte[] line = ("<" + RequestLines.line(request.method(), target, bodyBytes) + ">")
                    .getBytes(StandardCharsets.ISO_8859_1);
            response.setStatus(200);
            response.setContentLength(line.length);
            response.doWrite(ByteBuffer.wrap(line));
        }

        @Override
        public boolean prepare(Request request, Response response) {
            return true;
        }

        @Override
        public boolean asyncDispatch(Request request, Response response, SocketEvent status) {
            return false;
        }

        @Override
        public void log(Request request, Response response, long time) {
            // Not read.
        }

        @Override
        public void checkRecycled(Request request, Response response) {
            // Its own affair.
        }

        @Override
        public String getDomain() {
            return "test";
        }
    }

    private static final class Sink implements ApplicationBufferHandler {
        private ByteBuffer chunk = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            chunk = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return chunk;
        }

        @Override
        public void expand(int size) {
            // Chunks come as they are.
        }
    }
}
