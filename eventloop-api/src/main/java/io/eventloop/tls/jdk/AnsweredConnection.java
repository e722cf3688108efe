package io.eventloop.tls.jdk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * One request of the JDK's for an OCSP response, which looks like HTTP to it: a GET with the request in the path, or a POST.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IOException} if there is no answer.
 */
final class AnsweredConnection extends HttpURLConnection {
    private final Answers.Registration registration;
    private final ByteArrayOutputStream posted = new ByteArrayOutputStream();
    private byte[] answer;

    AnsweredConnection(URL url, Answers.Registration registration) {
        super(url);
        this.registration = registration;
    }

    @Override
    public void connect() throws IOException {
        if (!connected) {
            connected = true;
            answer = registration.answer(posted.size() > 0 ? posted.toByteArray() : inPath());
        }
        if (answer.length == 0) {
            throw new IOException("there is no response now");
        }
    }

    /** RFC 6960 appendix A.1. */
    private byte[] inPath() throws IOException {
        String path = URLDecoder.decode(url.getPath(), StandardCharsets.US_ASCII);
        try {
            return Base64.getDecoder().decode(path.substring(Math.min(1, path.length())));
        } catch (IllegalArgumentException e) {
            throw new IOException("not a request: " + url, e);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return posted;
    }

    @Override
    public int getResponseCode() throws IOException {
        connect();
        return HTTP_OK;
    }

    @Override
    public int getContentLength() {
        return answer.length;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        connect();
        return new ByteArrayInputStream(answer);
    }

    @Override
    public void disconnect() {
        answer = new byte[0];
    }

    @Override
    public boolean usingProxy() {
        return false;
    }
}
