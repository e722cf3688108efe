package io.eventloop.samples.redis;

import io.eventloop.Buffer;

/**
 * Finds where a RESP2 or RESP3 value ends in a stream of bytes, without building the value: what is needed to pass
 * replies on. Each byte is looked at once, and the content of bulk strings not at all, however it arrives.
 *
 * <pre>
 *   TYPE ──simple──► LINE ──LF──┐
 *     ├──length──► LENGTH ──LF──┼──bulk──► BULK ──CR LF──┐
 *     │                         └──aggregate──► TYPE     │
 *     └◄─────── the value, or an element, ended ◄────────┘
 * </pre>
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> none; reads the buffers it is shown, moves no index.
 *
 * <p><b>Failure:</b> {@link RespException} for an unknown type, a broken length, or one beyond the limits; the scanner is
 * of no use afterwards.
 */
final class RespScanner {
    /** Redis's own default, {@code proto-max-bulk-len}. */
    static final long MAX_BULK_BYTES = 512L << 20;

    /** Aggregates within aggregates; replies of Redis itself need fewer than ten. */
    static final int MAX_DEPTH = 32;

    /** Elements of one aggregate, as in Redis. */
    static final long MAX_ELEMENTS = Integer.MAX_VALUE;

    private enum State {
        TYPE,
        LINE,
        LENGTH,
        BULK
    }

    private final long maxBulkBytes;
    private final long[] elementsLeft = new long[MAX_DEPTH];
    private int depth;
    private State state = State.TYPE;
    private byte type;
    private byte valueType;
    private long length;
    private int digits;
    private boolean negative;
    private boolean carriageReturn;
    private long bulkLeft;
    private boolean complete = true;

    RespScanner(long maxBulkBytes) {
        this.maxBulkBytes = maxBulkBytes;
    }

    /** Forgets a value under way, to begin on another stream. */
    void reset() {
        depth = 0;
        state = State.TYPE;
        complete = true;
    }

    /** Whether the last byte taken ended a value, so that the next one begins another. */
    boolean isComplete() {
        return complete;
    }

    /** The first byte of the value that ended last or is under way. */
    byte valueType() {
        return valueType;
    }

    /**
     * Goes on up to the end of the value under way, or as far as there are bytes.
     *
     * @param from the index of the first byte not taken yet
     * @param to the index after the last byte there is
     * @return the index after the last byte taken
     */
    int take(Buffer in, int from, int to) throws RespException {
        int at = from;
        if (at < to && complete) {
            complete = false;
            valueType = in.getByte(at);
        }
        while (at < to && !complete) {
            switch (state) {
                case TYPE -> type(in.getByte(at++));
                case LINE -> at = line(in, at, to);
                case LENGTH -> length(in.getByte(at++));
                default -> at = bulk(in, at, to);
            }
        }
        return at;
    }

    private void type(byte first) throws RespException {
        type = first;
        switch (first) {
            case '+', '-', ':', '_', ',', '#', '(' -> state = State.LINE;
            case '$', '!', '=', '*', '%', '~', '>', '|' -> {
                state = State.LENGTH;
                length = 0;
                digits = 0;
                negative = false;
                carriageReturn = false;
            }
            default -> throw new RespException("Protocol error: unknown type " + Text.of(first));
        }
    }

    private int line(Buffer in, int from, int to) throws RespException {
        int end = in.indexOf((byte) '\n', from, to);
        if (end < 0) {
            return to;
        }
        ended();
        return end + 1;
    }

    private void length(byte next) throws RespException {
        if (next >= '0' && next <= '9' && !carriageReturn) {
            length = length * 10 + next - '0';
            if (++digits > 18) {
                throw new RespException("Protocol error: invalid length");
            }
        } else if (next == '-' && digits == 0 && !negative && !carriageReturn) {
            negative = true;
        } else if (next == '\r' && digits > 0 && !carriageReturn) {
            carriageReturn = true;
        } else if (next == '\n' && carriageReturn) {
            lengthEnded();
        } else {
            throw new RespException("Protocol error: invalid length");
        }
    }

    private void lengthEnded() throws RespException {
        if (negative) {
            if (length != 1 || (type != '$' && type != '*')) {
                throw new RespException("Protocol error: negative length");
            }
            ended(); // RESP2's null
            return;
        }
        if (type == '$' || type == '!' || type == '=') {
            if (length > maxBulkBytes) {
                throw new RespException("Protocol error: bulk string of " + length + " bytes, at most " + maxBulkBytes);
            }
            bulkLeft = length + 2;
            state = State.BULK;
            return;
        }
        boolean pairs = type == '%' || type == '|';
        if (length > MAX_ELEMENTS) {
            throw new RespException("Protocol error: aggregate of " + length + " elements");
        }
        long elements = pairs ? 2 * length : length;
        if (type == '|') {
            elements++; // an attribute comes before the value that it belongs to
        }
        if (elements == 0) {
            ended();
            return;
        }
        if (depth == MAX_DEPTH) {
            throw new RespException("Protocol error: aggregates nested deeper than " + MAX_DEPTH);
        }
        elementsLeft[depth++] = elements;
        state = State.TYPE;
    }

    private int bulk(Buffer in, int from, int to) throws RespException {
        int taken = (int) Math.min(bulkLeft, to - from);
        int end = from + taken;
        if (bulkLeft - taken < 2) {
            // The line end may arrive in two pieces: each byte is checked when it is there.
            for (int at = Math.max(from, (int) (end - (2 - (bulkLeft - taken)))); at < end; at++) {
                long place = bulkLeft - (at - from);
                if (in.getByte(at) != (place == 2 ? '\r' : '\n')) {
                    throw new RespException("Protocol error: a bulk string without its line end");
                }
            }
        }
        bulkLeft -= taken;
        if (bulkLeft == 0) {
            ended();
        }
        return end;
    }

    /** An element ended, and with the last one of an aggregate the aggregate itself. */
    private void ended() {
        state = State.TYPE;
        while (depth > 0) {
            if (--elementsLeft[depth - 1] > 0) {
                return;
            }
            depth--;
        }
        complete = true;
    }
}
