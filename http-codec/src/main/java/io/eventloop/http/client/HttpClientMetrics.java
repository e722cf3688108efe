package io.eventloop.http.client;

import io.eventloop.http.HttpViolation;
import io.eventloop.pool.PoolMetrics;
import java.util.Map;

/**
 * Figures of a client at one moment; those without "now" count since the start.
 *
 * <p>Maps have an entry for every key, in the order of the keys.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param active exchanges under way now
 * @param started exchanges begun
 * @param completed of these, with a complete response
 * @param tunnels of these, that became tunnels
 * @param cancelled of these, cancelled
 * @param failed of these, without a complete response, by the way they failed
 * @param retried requests sent again because a connection was lost
 * @param redirected redirects followed
 * @param lookups names looked up
 * @param violations responses refused, by what was wrong with them
 * @param pool the connections of {@code http}
 * @param securePool the connections of {@code https}
 */
public record HttpClientMetrics(
        long active,
        long started,
        long completed,
        long tunnels,
        long cancelled,
        Map<HttpClientException.Kind, Long> failed,
        long retried,
        long redirected,
        long lookups,
        Map<HttpViolation, Long> violations,
        PoolMetrics pool,
        PoolMetrics securePool) {}
