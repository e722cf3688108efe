package io.eventloop.http;

import io.eventloop.Buffer;

/**
 * A request that was received, of whatever version of HTTP: its head, as views of the bytes it came in. Its body follows
 * separately.
 *
 * <p>What returns a {@link String} copies, what fills an {@link HttpText} or compares does not.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. It is good until the callback that received it returns,
 * the connection's bytes are detached, or the next head is parsed, whichever comes first; whoever needs more of it
 * later takes copies now. The method, the version and the numbers are plain values.
 *
 * <p><b>Failure:</b> none once it is there: the decoder has refused what is malformed. Used too late it shows other
 * bytes; with guarded buffers it throws {@link IllegalStateException}.
 *
 * <p>Not for extension outside this library.
 */
public abstract class HttpRequest {
    /** {@link #bodyLength()} of a body whose length is not known in advance. */
    public static final long UNKNOWN_LENGTH = -1;

    /** What the decoder found. */
    protected HttpMethod method = HttpMethod.GET;

    /** The version it was sent in. */
    protected HttpVersion version = HttpVersion.HTTP_1_1;

    /** The form of the target. */
    protected TargetForm targetForm = TargetForm.ORIGIN;

    /** The bytes, and the index that the offsets count from. */
    protected Buffer bytes;

    /** See {@link #bytes}. */
    protected int base;

    /** Where the target is. */
    protected int targetFrom;

    /** Where the target is. */
    protected int targetLength;

    /** Where path and query are within the target. */
    protected int pathFrom;

    /** Where path and query are within the target. */
    protected int pathLength;

    /** How much of it the path is, or −1 as long as nobody has asked. */
    protected int pathOnlyLength;

    /** Where the authority is, in the target or in a field. */
    protected int authorityFrom;

    /** Where the authority is, in the target or in a field. */
    protected int authorityLength;

    /** See {@link #bodyLength()}. */
    protected long bodyLength;

    /** See {@link #revision()}. */
    protected long revision;

    /** See {@link #isKeptAlive()}. */
    protected boolean keptAlive;

    /** See {@link #expectsContinue()}. */
    protected boolean expectsContinue;

    /** See {@link #asksForUpgrade()}. */
    protected boolean asksForUpgrade;

    private final HttpHeaders headers;

    /** For decoders only. */
    protected HttpRequest(HttpHeaders headers) {
        this.headers = headers;
    }

    /**
     * A number that changes when this object shows another head: as long as it stays the same, so does every byte of the
     * head, and whatever follows from them alone. One object serves many requests in turn.
     */
    public final long revision() {
        return revision;
    }

    /** The method. */
    public final HttpMethod method() {
        return method;
    }

    /** The version it was sent in. */
    public final HttpVersion version() {
        return version;
    }

    /** The form of the target. */
    public final TargetForm targetForm() {
        return targetForm;
    }

    /** The header fields. */
    public final HttpHeaders headers() {
        return headers;
    }

    /** Points the view at the target as it was sent. */
    public final HttpText target(HttpText view) {
        return view.set(bytes, base + targetFrom, targetLength);
    }

    /** A copy of the target as it was sent. */
    public final String target() {
        return HttpText.copy(bytes, base + targetFrom, targetLength);
    }

    /**
     * A copy of the path, neither decoded nor normalised: at least {@code "/"} for a target in origin or absolute form,
     * {@code "*"} for the asterisk, and empty for an authority.
     */
    public final String path() {
        int length = lengthOfPath();
        if (length == 0) {
            return targetForm == TargetForm.ABSOLUTE ? "/" : "";
        }
        return HttpText.copy(bytes, base + pathFrom, length);
    }

    /** Whether {@link #path()} is this, without copying it. */
    public final boolean pathIs(CharSequence path) {
        int length = path.length();
        int from = base + pathFrom;
        if (pathLength == length || pathLength > length && bytes.getByte(from + length) == '?') {
            return pathLength == 0 ? path().contentEquals(path) : HttpText.matches(bytes, from, length, path);
        }
        return lengthOfPath() == 0 && path().contentEquals(path);
    }

    /** Points the view at the {@link #path()}. */
    public final HttpText path(HttpText view) {
        int length = lengthOfPath();
        if (length == 0 && targetForm == TargetForm.ABSOLUTE) {
            // RFC 9112 §3.2.1: it may leave the slash out, and there is one before its authority.
            return view.set(bytes, base + authorityFrom - 1, 1);
        }
        return view.set(bytes, base + pathFrom, length);
    }

    /** A copy of what follows the question mark; empty if nothing does or there is none. */
    public final String query() {
        int path = lengthOfPath();
        return path >= pathLength ? "" : HttpText.copy(bytes, base + pathFrom + path + 1, pathLength - path - 1);
    }

    /** Points the view at what follows the question mark. */
    public final HttpText query(HttpText view) {
        int path = lengthOfPath();
        return path >= pathLength
                ? view.set(bytes, base + pathFrom + pathLength, 0)
                : view.set(bytes, base + pathFrom + path + 1, pathLength - path - 1);
    }

    private int lengthOfPath() {
        int length = pathOnlyLength;
        if (length < 0) {
            length = pathLength;
            if (length > 0) {
                int question = bytes.indexOf((byte) '?', base + pathFrom, base + pathFrom + length);
                length = question < 0 ? length : question - base - pathFrom;
            }
            pathOnlyLength = length;
        }
        return length;
    }

    /**
     * A copy of the host with perhaps a port that the request is for: that of the target if it has one (RFC 9112
     * §3.2.2), else that of the Host field; empty with HTTP/1.0 and neither.
     */
    public final String authority() {
        return authorityLength == 0 ? "" : HttpText.copy(bytes, base + authorityFrom, authorityLength);
    }

    /** Points the view at the {@link #authority()}. */
    public final HttpText authority(HttpText view) {
        return view.set(bytes, base + authorityFrom, authorityLength);
    }

    /** Whether a body follows, be it an empty one. */
    public final boolean hasBody() {
        return bodyLength != 0;
    }

    /** Bytes of the body, 0 without one, {@link #UNKNOWN_LENGTH} if the framing tells its end only when it is there. */
    public final long bodyLength() {
        return bodyLength;
    }

    /** Whether the peer means to use the connection for another request (RFC 9112 §9.3). */
    public final boolean isKeptAlive() {
        return keptAlive;
    }

    /** Whether the peer waits for a 100 before it sends the body (RFC 9110 §10.1.1). */
    public final boolean expectsContinue() {
        return expectsContinue;
    }

    /** Whether the peer would go on in another protocol, named in the Upgrade field (RFC 9110 §7.8). */
    public final boolean asksForUpgrade() {
        return asksForUpgrade;
    }

    /** A copy of the request line, for people. */
    @Override
    public final String toString() {
        return method + " " + target() + " " + version;
    }
}
