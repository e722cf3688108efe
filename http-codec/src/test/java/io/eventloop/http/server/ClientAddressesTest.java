package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

/** The table of client addresses, with times given. */
final class ClientAddressesTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Times of a clock may be anything, negative too. */
    private static final long START_NANOS = -5 * SECOND_NANOS;

    private static SocketAddress address(int last) {
        return new InetSocketAddress("10.0.0." + last, 1);
    }

    /** A flood of connections from many addresses must not have the whole table searched for each of them. */
    @Test
    void searchesAFullTableNowAndThenOnly() {
        ClientAddresses all = new ClientAddresses(HttpServerLimits.builder()
                .maxAddresses(1)
                .maxRequestsPerSecondPerAddress(1)
                .build());
        ClientAddresses.Client first = all.connected(address(1), START_NANOS);
        all.disconnected(first, START_NANOS);
        // Kept for its rate, so the search that is made now finds nothing, and the next is not due when it would.
        long searched = START_NANOS + SECOND_NANOS - 1;
        assertNull(all.connected(address(2), searched));
        assertNull(all.connected(address(2), searched + ClientAddresses.SEARCH_NANOS - 1));
        assertNotNull(all.connected(address(2), searched + ClientAddresses.SEARCH_NANOS));
        assertEquals(1, all.count());
    }
}
