package io.eventloop.tls;

/**
 * Bounds records that cost us work and bring nothing: those of the handshake, and after it key updates, tickets and empty ones.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link TlsException} when the budget is used up.
 */
final class RecordBudget {
    /** A long chain of certificates in small records has some dozens. */
    private static final int HANDSHAKE_RECORDS = 256;

    /** A server sends a few tickets; both sides update keys after gigabytes. */
    private static final int IDLE_RECORDS = 32;

    /** Plaintext that earns another record without any. */
    private static final int BYTES_FOR_ONE = 64 << 10;

    private int left = HANDSHAKE_RECORDS;
    private boolean established;
    private int bytes;

    void established() {
        established = true;
        left = IDLE_RECORDS;
    }

    void received(int plaintextBytes) throws TlsException {
        if (plaintextBytes == 0) {
            if (left-- == 0) {
                throw TlsException.flood(
                        established
                                ? "too many records without data: more than " + IDLE_RECORDS + " within "
                                        + (BYTES_FOR_ONE >> 10) + " KiB"
                                : "a handshake of more than " + HANDSHAKE_RECORDS + " records");
            }
        } else if (left < IDLE_RECORDS) {
            bytes += plaintextBytes;
            if (bytes >= BYTES_FOR_ONE) {
                bytes = 0;
                left++;
            }
        }
    }
}
