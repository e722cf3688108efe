package io.eventloop.tls;

import java.math.BigInteger;
import java.time.Instant;

/** Whatever a responder says, there is a time until which it holds, or it is refused. */
public final class OcspAnswerFuzz {
    private static final BigInteger SERIAL_NUMBER = BigInteger.valueOf(0x4000_0000_0000_0001L);

    private OcspAnswerFuzz() {}

    /** An OCSPResponse. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            OcspAnswer.nextUpdate(SERIAL_NUMBER, input, Instant.EPOCH);
        } catch (IllegalArgumentException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("it does not say why", e);
            }
        }
    }
}
