package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.SystemCallException;
import java.net.SocketAddress;

/** Any bytes in a {@code struct sockaddr} are an address, and that address survives the round trip. */
public final class SocketAddressesFuzz {
    /** What {@code struct sockaddr_un} takes, the longest of them. */
    private static final int MAX_BYTES = 110;

    private static final long AT = Memory.allocate(128).address();

    private SocketAddressesFuzz() {}

    /** The struct, as the kernel would leave it; its length is that of the input. */
    public static void fuzzerTestOneInput(byte[] input) {
        int length = Math.min(input.length, MAX_BYTES);
        Memory.clear(AT, 128);
        for (int i = 0; i < length; i++) {
            Memory.putByte(AT + i, input[i]);
        }
        SocketAddress address = SocketAddresses.decode(AT, length);
        try {
            SocketAddresses.check(address);
        } catch (SystemCallException e) {
            // A path that is longer in the charset of this JVM than it was.
            return;
        }
        int encoded = SocketAddresses.encode(address, SocketAddresses.family(address), AT);
        assertEquals(address, SocketAddresses.decode(AT, encoded));
    }
}
