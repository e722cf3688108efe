package io.eventloop.http.server;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.h1.HeadWriter;
import io.eventloop.http.h1.HeaderBlock;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A response as a value: status, fields and a body that is short enough to be in memory. The fields that frame it, and
 * Date, are added when it is sent.
 *
 * <p>Keep one that is sent often in a constant: from the second time on its bytes are ready.
 *
 * <p><b>Threading:</b> immutable; may be sent by several loops at once. <b>Ownership:</b> plain memory; arrays are copied.
 *
 * <p><b>Failure:</b> a field value with a character that cannot be sent throws {@link IllegalArgumentException}. So does,
 * when it is sent, a field that frames the message, such as Content-Length.
 */
public final class HttpReply {
    private static final byte[] NO_BODY = {};

    private final HttpStatus status;
    private final HttpFields fields;
    private final byte[] body;

    /** Whether it was sent before; a loop that does not see it yet loses a little time. */
    private boolean isUsed;

    private HeaderBlock block;
    private Prepared prepared;

    /** The bytes of a response that keeps an HTTP/1.1 connection: what is before Date, and what is behind. */
    record Prepared(byte[] before, byte[] behind) {}

    private HttpReply(HttpStatus status, HttpFields fields, byte[] body) {
        this.status = Objects.requireNonNull(status);
        this.fields = fields;
        this.body = body;
    }

    /** A reply without a body. */
    public static HttpReply of(HttpStatus status) {
        return new HttpReply(status, new HttpFields(), NO_BODY);
    }

    /** A reply with a body. */
    public static HttpReply of(HttpStatus status, String contentType, byte[] body) {
        return new HttpReply(status, new HttpFields().add(HeaderName.CONTENT_TYPE, contentType), body.clone());
    }

    /** 200 with plain text in UTF-8. */
    public static HttpReply text(String text) {
        return of(HttpStatus.OK, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** 200 with JSON that is written already. */
    public static HttpReply json(String json) {
        return of(HttpStatus.OK, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with another status. */
    public HttpReply withStatus(HttpStatus other) {
        return new HttpReply(other, fields, body);
    }

    /** The same with one field more. */
    public HttpReply with(HeaderName name, String value) {
        return new HttpReply(status, copy(fields).add(name, value), body);
    }

    /** The same with these fields as well. */
    public HttpReply with(HttpFields more) {
        HttpFields all = copy(fields);
        for (int i = 0; i < more.count(); i++) {
            all.add(more.name(i), more.value(i));
        }
        return new HttpReply(status, all, body);
    }

    private static HttpFields copy(HttpFields fields) {
        HttpFields copy = new HttpFields();
        for (int i = 0; i < fields.count(); i++) {
            copy.add(fields.name(i), fields.value(i));
        }
        return copy;
    }

    /** The status. */
    public HttpStatus status() {
        return status;
    }

    /** A copy of the fields. */
    public HttpFields fields() {
        return copy(fields);
    }

    /** Bytes of the body. */
    public int bodyLength() {
        return body.length;
    }

    /** A copy of the body. */
    public byte[] body() {
        return body.clone();
    }

    byte[] bytes() {
        return body;
    }

    boolean has(HeaderName name) {
        return fields.first(name).isPresent();
    }

    void writeFields(HeadWriter head) {
        HeaderBlock ready = block;
        if (ready != null) {
            head.block(ready);
        } else if (isUsed) {
            ready = HeaderBlock.of(fields);
            block = ready;
            head.block(ready);
        } else {
            isUsed = true;
            head.fields(fields);
        }
    }

    boolean isUsed() {
        return isUsed;
    }

    /** Its bytes, or null until they have been prepared. */
    Prepared prepared() {
        return prepared;
    }

    void prepared(Prepared bytes) {
        prepared = bytes;
    }

    @Override
    public String toString() {
        return status + ", " + body.length + " bytes";
    }
}
