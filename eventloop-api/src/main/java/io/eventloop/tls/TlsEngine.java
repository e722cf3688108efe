package io.eventloop.tls;

import io.eventloop.Buffer;
import java.io.IOException;

/**
 * The TLS of one connection, without I/O: ciphertext in, plaintext out, and the other way round. It is what an engine has to
 * be, shaped for a loop.
 *
 * <p>After each call ask {@link #hasOutput()}: a handshake message, a ticket, a key update or an alert may have to leave
 * before anything else. While {@link Need#TASK} was answered nothing but {@link #handshakeTask()} may be called until the
 * task has run.
 *
 * <p><b>Threading:</b> used by one thread at a time. A handshake task may run on another one, during which nobody else uses
 * the engine.
 *
 * <p><b>Ownership:</b> buffers stay the caller's.
 *
 * <p><b>Failure:</b> {@link TlsException}; then {@link #drain} gives the alert, once, if there is one, and nothing else
 * works any more.
 */
public interface TlsEngine {

    /** The longest ciphertext record, RFC 8446 §5.2 and RFC 5246 §6.2.3, header included. */
    int MAX_RECORD_BYTES = 5 + (1 << 14) + 2048;

    /** The most plaintext in a record. */
    int MAX_PLAINTEXT_BYTES = 1 << 14;

    /** More than a record is longer than its plaintext, for each suite that is not long out of date. */
    int MAX_OVERHEAD_BYTES = 128;

    /** What {@link #feed} waits for. */
    enum Need {
        /** More ciphertext: there is no whole record. */
        INPUT,
        /** More room for plaintext: as much as the next record is long. */
        ROOM,
        /** That {@link #drain} is called. */
        DRAIN,
        /** That {@link #handshakeTask()} is run. */
        TASK
    }

    /** How the peer's bytes stand. */
    enum InputState {
        /** More may come. */
        OPEN,
        /** The peer said that there are no more. */
        CLOSE_NOTIFY,
        /** The bytes ended although the peer did not say so: some may be missing. */
        TRUNCATED
    }

    /** Where plaintext comes from. */
    interface Plaintext {
        /**
         * Takes the next bytes.
         *
         * @return how many, as many as there are up to {@code most}
         */
        int take(byte[] target, int offset, int most) throws IOException;
    }

    /**
     * Consumes whole records and appends their plaintext, until something else is needed or the input has ended.
     *
     * @param plaintext nothing is appended before the handshake is over
     */
    Need feed(Buffer ciphertext, Buffer plaintext) throws TlsException;

    /**
     * Takes plaintext for one record and appends it.
     *
     * @param maxPlaintextBytes of the record, at most {@link #MAX_PLAINTEXT_BYTES}
     * @param ciphertext with room for that and twice {@link #MAX_OVERHEAD_BYTES}
     * @return bytes of plaintext taken
     */
    int encrypt(Plaintext plaintext, int maxPlaintextBytes, Buffer ciphertext) throws IOException;

    /** Whether {@link #drain} has something to append. */
    boolean hasOutput();

    /**
     * Appends what the engine itself has to say, as far as there is room.
     *
     * @param ciphertext with room for {@link #MAX_RECORD_BYTES} at least
     */
    void drain(Buffer ciphertext) throws TlsException;

    /** The work that {@link Need#TASK} is about: arithmetic of up to some milliseconds. To be run once, by anybody. */
    Runnable handshakeTask();

    /** Whether a handshake task has to be run before anything else. */
    boolean needsTask();

    /** Whether the handshake is over and plaintext may move. */
    boolean isEstablished();

    /** Ends our output: {@link #drain} then gives the message that says so. */
    void closeOutbound();

    /** Whether our output has ended: by us, or because the peer's end ends both, as before TLS 1.3. */
    boolean isOutputEnded();

    /** The bytes below have ended. */
    void endInput();

    /** How the peer's bytes stand. */
    InputState inputState();

    /** What was agreed on; once it is established. */
    TlsInfo info();
}
