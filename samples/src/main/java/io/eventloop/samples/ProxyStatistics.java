package io.eventloop.samples;

import io.eventloop.CloseReason;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures of a {@link TcpProxy} at one moment.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param accepted clients accepted since the start
 * @param active clients now
 * @param refused clients reset at a limit, or for want of a descriptor, since the start
 * @param failedConnects connections to the backend that could not be made since the start, by the way they failed
 * @param bytesToBackend received from clients since the start
 * @param bytesToClients received from the backend since the start
 * @param longestQueueBytes the most bytes one connection had queued, since the start
 */
record ProxyStatistics(
        long accepted,
        long active,
        long refused,
        Map<CloseReason.Kind, Long> failedConnects,
        long bytesToBackend,
        long bytesToClients,
        long longestQueueBytes) {

    ProxyStatistics {
        failedConnects = new TreeMap<>(failedConnects);
    }

    /** All failed connects together. */
    long failedConnectCount() {
        return failedConnects.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public String toString() {
        return "accepted " + accepted + ", active " + active + ", refused " + refused + ", failed connects "
                + failedConnectCount() + (failedConnects.isEmpty() ? "" : " " + failedConnects) + ", bytes to backend "
                + bytesToBackend + ", bytes to clients " + bytesToClients + ", longest queue " + longestQueueBytes
                + " bytes";
    }
}
