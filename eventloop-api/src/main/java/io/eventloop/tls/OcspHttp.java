package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;
import org.agrona.concurrent.NanoClock;

/**
 * Fetches OCSP responses over HTTP, RFC 6960 appendix A, by the JDK's client.
 *
 * <p><b>Threading:</b> see {@link OcspFetch}; at most {@link #TOTAL} and one wait for bytes. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IOException}: no answer in time, another status than 200, or a response that is too large. It
 * follows no redirection.
 */
final class OcspHttp implements OcspFetch {
    /** They have some hundred bytes, and some thousand with the certificate of who signed. */
    static final int MAX_RESPONSE_BYTES = 64 << 10;

    /** For connecting and for each wait for bytes: a responder that takes longer is as good as none. */
    static final Duration WAIT = Duration.ofSeconds(5);

    /** For a response that trickles. */
    static final Duration TOTAL = Duration.ofSeconds(15);

    /** RFC 5019 §5: up to this length of the address a request is in it, so that caches can answer. */
    private static final int MAX_GET_LENGTH = 255;

    private final NanoClock clock;
    private final int waitMillis;

    /** @param wait for connecting and for bytes, at most */
    OcspHttp(NanoClock clock, Duration wait) {
        this.clock = clock;
        this.waitMillis = Math.toIntExact(wait.toMillis());
    }

    @Override
    public byte[] fetch(URI responder, byte[] request) throws IOException {
        String base = responder.toString();
        String path = URLEncoder.encode(Base64.getEncoder().encodeToString(request), US_ASCII);
        String get = base + (base.endsWith("/") ? "" : "/") + path;
        boolean fits = get.length() <= MAX_GET_LENGTH;
        HttpURLConnection connection =
                (HttpURLConnection) (fits ? URI.create(get) : responder).toURL().openConnection();
        connection.setConnectTimeout(waitMillis);
        connection.setReadTimeout(waitMillis);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        try {
            if (!fits) {
                post(connection, request);
            }
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("the responder answers with status " + status);
            }
            return body(connection.getInputStream());
        } finally {
            connection.disconnect();
        }
    }

    private static void post(HttpURLConnection connection, byte[] request) throws IOException {
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/ocsp-request");
        connection.setFixedLengthStreamingMode(request.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(request);
        }
    }

    private byte[] body(InputStream in) throws IOException {
        long begun = clock.nanoTime();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            all.write(chunk, 0, count);
            if (all.size() > MAX_RESPONSE_BYTES) {
                throw new IOException("the response has more than " + MAX_RESPONSE_BYTES + " bytes");
            }
            if (clock.nanoTime() - begun > TOTAL.toNanos()) {
                throw new IOException("the response takes more than " + TOTAL);
            }
        }
        return all.toByteArray();
    }
}
