package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.tls.TlsException.Alert;
import java.util.Arrays;

/**
 * Puts the first handshake message together from the records it comes in, RFC 8446 §5.1, however they are cut. Memory
 * grows with the bytes received, never with a length announced, and each byte is looked at once.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> consumes nothing of the buffers it is shown.
 *
 * <p><b>Failure:</b> {@link TlsException}, with what the bytes look like if they are not TLS.
 */
final class HandshakeReassembly {
    static final int MESSAGE_HEADER_BYTES = 4;
    private static final int RECORD_HEADER_BYTES = 5;

    /** RFC 8446 §5.1. */
    private static final int MAX_FRAGMENT_BYTES = 1 << 14;

    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int CLIENT_HELLO = 1;

    /** Enough for most messages, and little enough for a client that sends no more. */
    private static final int FIRST_BYTES = 512;

    private final int maxBytes;
    private byte[] message = new byte[FIRST_BYTES];
    private int length;
    private int taken;
    private int fragmentLeft;

    /** @param maxBytes of records, their headers included */
    HandshakeReassembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The message, from its header on; {@link #length()} bytes of it count. */
    byte[] message() {
        return message;
    }

    int length() {
        return length;
    }

    /** How many bytes of the buffer the records of the message took. */
    int taken() {
        return taken;
    }

    /**
     * Looks at the bytes from the read index on, of which the first {@link #taken()} were seen before.
     *
     * @return whether the message is whole
     */
    boolean take(Buffer in) throws TlsException {
        while (!isWhole()) {
            int from = in.readIndex() + taken;
            int there = in.writeIndex() - from;
            if (fragmentLeft > 0) {
                int count = Math.min(Math.min(fragmentLeft, there), missing());
                if (count == 0) {
                    return false;
                }
                append(in, from, count);
                fragmentLeft -= count;
            } else {
                if (there > 0) {
                    checkStart(in, from, there);
                }
                if (there < RECORD_HEADER_BYTES) {
                    return false;
                }
                beginRecord(in, from);
            }
        }
        if (fragmentLeft > 0) {
            // RFC 8446 §5.1: a message before a change of keys ends with its record, and nothing may follow a
            // ClientHello.
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "bytes behind the ClientHello in its record");
        }
        return true;
    }

    private boolean isWhole() {
        return length >= MESSAGE_HEADER_BYTES && length == MESSAGE_HEADER_BYTES + announced();
    }

    private int announced() {
        return (message[1] & 0xFF) << 16 | (message[2] & 0xFF) << 8 | message[3] & 0xFF;
    }

    private int missing() {
        return (length < MESSAGE_HEADER_BYTES ? MESSAGE_HEADER_BYTES : MESSAGE_HEADER_BYTES + announced()) - length;
    }

    private void beginRecord(Buffer in, int at) throws TlsException {
        int fragment = in.getShort(at + 3) & 0xFFFF;
        if (fragment == 0) {
            throw new TlsException(Alert.DECODE_ERROR, "an empty handshake record"); // RFC 8446 §5.1
        }
        if (fragment > MAX_FRAGMENT_BYTES) {
            throw new TlsException(Alert.RECORD_OVERFLOW, "a record of " + fragment + " bytes");
        }
        if ((long) taken + RECORD_HEADER_BYTES + fragment > maxBytes) {
            throw new TlsException(
                    Alert.RECORD_OVERFLOW, "a ClientHello of more than " + maxBytes + " bytes in records");
        }
        taken += RECORD_HEADER_BYTES;
        fragmentLeft = fragment;
    }

    private void append(Buffer in, int from, int count) throws TlsException {
        if (length + count > message.length) {
            message = Arrays.copyOf(message, Math.max(length + count, 2 * message.length));
        }
        in.getBytes(from, message, length, count);
        boolean headerWasMissing = length < MESSAGE_HEADER_BYTES;
        length += count;
        taken += count;
        if (message[0] != CLIENT_HELLO) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "handshake message " + (message[0] & 0xFF) + " first");
        }
        if (headerWasMissing && length >= MESSAGE_HEADER_BYTES && announced() > maxBytes) {
            throw new TlsException(
                    Alert.RECORD_OVERFLOW, "a ClientHello of " + announced() + " bytes, at most " + maxBytes);
        }
    }

    /** Says early, and by its name, what is not TLS: waiting for five bytes could wait for ever. */
    private void checkStart(Buffer in, int at, int there) throws TlsException {
        int type = in.getByte(at) & 0xFF;
        if (type != HANDSHAKE) {
            throw new TlsException(taken == 0 ? Alert.NONE : Alert.UNEXPECTED_MESSAGE, notHandshake(type));
        }
        if (there > 1 && in.getByte(at + 1) != 3) {
            throw new TlsException(Alert.PROTOCOL_VERSION, "a record of version " + (in.getByte(at + 1) & 0xFF));
        }
    }

    private String notHandshake(int type) {
        if (taken > 0) {
            return "a record of type " + type + " within the ClientHello";
        }
        if (type >= 'A' && type <= 'Z') {
            return "not TLS: it begins with '" + (char) type + "', as a request without TLS would";
        }
        if ((type & 0x80) != 0) {
            return "not TLS: it looks like SSL 2.0";
        }
        return type == ALERT ? "an alert instead of a ClientHello" : "not TLS: it begins with byte " + type;
    }
}
