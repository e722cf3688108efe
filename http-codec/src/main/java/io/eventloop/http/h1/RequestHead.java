package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpVersion;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.TargetForm;

/** A request as {@link RequestParser} found it; what the fields mean for the whole is settled here. */
final class RequestHead extends HttpRequest {
    final HeaderTable fields;

    /** The last host that was found to be one, see {@link #checkHost}. */
    private int hostLength;

    private long hostFirst;
    private long hostLast;

    RequestHead(HeaderTable fields) {
        super(fields);
        this.fields = fields;
    }

    void line(HttpMethod method, HttpVersion version, int from, int length) {
        this.method = method;
        this.version = version;
        targetFrom = from;
        targetLength = length;
    }

    /** Where the head is. */
    void at(Buffer source, int index) {
        // A store of a reference can be a fence.
        if (bytes != source) {
            bytes = source;
        }
        base = index;
        fields.at(source, index);
    }

    /** Settles everything that takes the whole head. */
    void settle(Buffer source, int index, BodyFraming framing) {
        at(source, index);
        revision++;
        settleTarget();
        settleHost();
        bodyLength = framing.ofRequest(method, version, fields);
        settleConnection();
        settleExpectation();
    }

    /** RFC 9112 §3.2. */
    private void settleTarget() {
        byte first = bytes.getByte(base + targetFrom);
        authorityLength = 0;
        pathFrom = targetFrom;
        pathLength = targetLength;
        pathOnlyLength = -1;
        if (method == HttpMethod.CONNECT) {
            targetForm = TargetForm.AUTHORITY;
            settleAuthority(targetFrom, targetLength, true);
            pathLength = 0;
        } else if (first == '/') {
            targetForm = TargetForm.ORIGIN;
        } else if (first == '*' && targetLength == 1 && method == HttpMethod.OPTIONS) {
            targetForm = TargetForm.ASTERISK;
        } else {
            targetForm = TargetForm.ABSOLUTE;
            settleAbsolute();
        }
    }

    /** RFC 3986 §3: a scheme, two slashes, an authority, and what is left is path and query. */
    private void settleAbsolute() {
        int from = base + targetFrom;
        int end = from + targetLength;
        int colon = bytes.indexOf((byte) ':', from, end);
        if (colon < 0
                || end - colon < 3
                || bytes.getByte(colon + 1) != '/'
                || bytes.getByte(colon + 2) != '/'
                || !isScheme(from, colon)) {
            throw new ProtocolException(HttpViolation.BAD_TARGET, "neither a path nor a URI with an authority");
        }
        int authority = colon + 3;
        int stop = authority;
        while (stop < end && bytes.getByte(stop) != '/' && bytes.getByte(stop) != '?') {
            stop++;
        }
        settleAuthority(authority - base, stop - authority, false);
        pathFrom = stop - base;
        pathLength = end - stop;
    }

    /** RFC 3986 §3.1. */
    private boolean isScheme(int from, int to) {
        for (int i = from; i < to; i++) {
            byte c = bytes.getByte(i);
            boolean isLetter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            if (!isLetter && (i == from || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.')) {
                return false;
            }
        }
        return to > from;
    }

    private void settleAuthority(int from, int length, boolean needsPort) {
        if (!Authority.isValid(bytes, base + from, length, needsPort)) {
            throw new ProtocolException(HttpViolation.BAD_HOST, "the target's authority is no host and port");
        }
        authorityFrom = from;
        authorityLength = length;
    }

    /** RFC 9112 §3.2: exactly one in HTTP/1.1, and the target's own authority counts more. */
    private void settleHost() {
        int host = fields.indexOf(HeaderName.HOST);
        if (host < 0) {
            if (version == HttpVersion.HTTP_1_1) {
                throw new ProtocolException(HttpViolation.MISSING_HOST, "no Host field");
            }
            return;
        }
        if (fields.isRepeated(HeaderName.HOST)) {
            throw new ProtocolException(HttpViolation.REPEATED_HOST, "several Host fields");
        }
        int from = fields.valueFrom(host);
        int length = fields.lengthOfValue(host);
        checkHost(base + from, length);
        if (authorityLength == 0) {
            authorityFrom = from;
            authorityLength = length;
        }
    }

    /** Most requests name the host that the last one did: then its bytes are compared, if eight from each end are all. */
    private void checkHost(int from, int length) {
        if (length < Long.BYTES || length > 2 * Long.BYTES) {
            if (!Authority.isValid(bytes, from, length, false)) {
                throw badHost();
            }
            return;
        }
        long first = bytes.getLong(from);
        long last = bytes.getLong(from + length - Long.BYTES);
        if (length != hostLength || first != hostFirst || last != hostLast) {
            if (!Authority.isValid(bytes, from, length, false)) {
                throw badHost();
            }
            hostLength = length;
            hostFirst = first;
            hostLast = last;
        }
    }

    private static ProtocolException badHost() {
        return new ProtocolException(HttpViolation.BAD_HOST, "the Host field is no host and port");
    }

    /** RFC 9112 §9.3. */
    private void settleConnection() {
        boolean isPersistent = version == HttpVersion.HTTP_1_1;
        keptAlive = isPersistent;
        asksForUpgrade = false;
        if (fields.contains(HeaderName.CONNECTION)) {
            keptAlive = !fields.hasToken(HeaderName.CONNECTION, "close")
                    && (isPersistent || fields.hasToken(HeaderName.CONNECTION, "keep-alive"));
            // RFC 9110 §7.8: not in HTTP/1.0.
            asksForUpgrade = isPersistent
                    && fields.contains(HeaderName.UPGRADE)
                    && fields.hasToken(HeaderName.CONNECTION, "upgrade");
        }
    }

    /** RFC 9110 §10.1.1: ignored in HTTP/1.0, and there is only one expectation. */
    private void settleExpectation() {
        int expect = fields.indexOf(HeaderName.EXPECT);
        expectsContinue = false;
        if (expect < 0 || version == HttpVersion.HTTP_1_0) {
            return;
        }
        if (fields.isRepeated(HeaderName.EXPECT) || !fields.valueIs(expect, "100-continue")) {
            throw new ProtocolException(HttpViolation.UNKNOWN_EXPECTATION, "an expectation besides 100-continue");
        }
        expectsContinue = bodyLength != 0;
    }
}
