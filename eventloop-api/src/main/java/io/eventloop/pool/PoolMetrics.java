package io.eventloop.pool;

import io.eventloop.Delivery;
import java.util.Map;

/**
 * Figures of a pool at one moment; those without "now" count since the start.
 *
 * <p>Maps have an entry for every key, in the order of the keys.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param endpoints endpoints known now
 * @param connecting connects in flight now
 * @param idle connections idle now
 * @param leased connections leased now
 * @param closing connections that left the pool and wait for the peer's FIN now
 * @param waiting acquisitions waiting now
 * @param peakConnecting the most connects in flight to one endpoint
 * @param peakConnections the most connections to one endpoint: connecting, idle and leased
 * @param peakWaiting the most acquisitions waiting for one endpoint
 * @param acquired leases given
 * @param reused of these, on connections that had been leased before
 * @param cancelled acquisitions cancelled
 * @param failed acquisitions that failed, by the way they did
 * @param connects connects begun
 * @param connectFailures connects that failed or took too long
 * @param returned leases returned with the connection fit for reuse
 * @param unfinished leases returned without, by how far their exchange had got
 * @param evicted connections that left the pool, by the reason
 * @param doubleReturns leases returned once too often
 * @param leaksReported leases reported as never returned, in guarded mode
 */
public record PoolMetrics(
        long endpoints,
        long connecting,
        long idle,
        long leased,
        long closing,
        long waiting,
        long peakConnecting,
        long peakConnections,
        long peakWaiting,
        long acquired,
        long reused,
        long cancelled,
        Map<AcquireFailure.Kind, Long> failed,
        long connects,
        long connectFailures,
        long returned,
        Map<Delivery, Long> unfinished,
        Map<Eviction, Long> evicted,
        long doubleReturns,
        long leaksReported) {}
