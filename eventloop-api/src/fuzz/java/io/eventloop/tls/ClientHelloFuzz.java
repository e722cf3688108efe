package io.eventloop.tls;

import io.eventloop.testing.DecoderFeeds;

/** Whatever the first bytes are, the parser gives a name or refuses, the same for every way they come in. */
public final class ClientHelloFuzz {
    private ClientHelloFuzz() {}

    /** The bytes of a connection. */
    public static void fuzzerTestOneInput(byte[] input) {
        DecoderFeeds.check(input, 2, Reading::new, Reading::feed);
    }

    private static final class Reading {
        private final ClientHelloParser parser = new ClientHelloParser(4096);
        private String outcome = "not whole";
        private boolean refused;

        void feed(io.eventloop.Buffer in) {
            if (refused) {
                return;
            }
            try {
                if (parser.parse(in)) {
                    outcome = parser.found().toString();
                }
            } catch (TlsException e) {
                refused = true;
                outcome = "refused";
            }
        }

        @Override
        public String toString() {
            return outcome;
        }
    }
}
