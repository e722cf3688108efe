package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpVersion;

/** A response as {@link ResponseParser} found it; what the fields mean for the whole is settled here. */
final class ResponseHead extends HttpResponse {
    private final HeaderTable fields;

    ResponseHead(HeaderTable fields) {
        super(fields);
        this.fields = fields;
    }

    void line(HttpStatus status, HttpVersion version, int reason, int length) {
        this.status = status;
        this.version = version;
        reasonFrom = reason;
        reasonLength = length;
    }

    /** Settles everything that takes the whole head. */
    void settle(Buffer source, int index, BodyFraming framing, HttpMethod requestMethod) {
        bytes = source;
        base = index;
        bodyLength = framing.ofResponse(requestMethod, status, version, fields);
        keptAlive = bodyLength != BodyFraming.UNTIL_CLOSE && bodyLength != BodyFraming.TUNNEL && announcesMore();
    }

    /** RFC 9112 §9.3. */
    private boolean announcesMore() {
        boolean isPersistent = version == HttpVersion.HTTP_1_1;
        if (fields.hasToken(HeaderName.CONNECTION, "close")) {
            return false;
        }
        if (!isPersistent && !fields.hasToken(HeaderName.CONNECTION, "keep-alive")) {
            return false;
        }
        return !announcesWhatMustNotCome();
    }

    /** RFC 9112 §6.3: with 1xx and 204 there is no body, so a peer that announces one may send it all the same. */
    private boolean announcesWhatMustNotCome() {
        if (status == HttpStatus.NOT_MODIFIED || !status.isWithoutContent()) {
            return false;
        }
        int length = fields.indexOf(HeaderName.CONTENT_LENGTH);
        return fields.contains(HeaderName.TRANSFER_ENCODING) || length >= 0 && !fields.valueIs(length, "0");
    }
}
