package io.eventloop.http.server;

import io.eventloop.http.HttpViolation;
import java.util.Map;

/**
 * Figures of a server at one moment; numbers are since the start unless they say otherwise.
 *
 * <p>Maps have an entry for every key, in the order of the keys.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param connections connections that were opened
 * @param activeConnections connections open now
 * @param requests requests whose head was taken
 * @param requestsInFlight requests that were taken and are not over, but for those refused at a limit
 * @param responses final responses by the first digit of their status: 2 to 5
 * @param upgrades connections handed over to another protocol
 * @param aborted exchanges that did not come to their end
 * @param handlerFailures exceptions of handlers, and handlers that returned without an answer
 * @param addressesRefused connections reset because their address had too many, or because too many addresses were known
 * @param rateLimited requests answered with 429
 * @param overloaded requests answered with 503 because too many were in flight
 * @param headTimeouts heads that took too long
 * @param partialHeadsEnded heads given up because too many were there in part
 * @param bodyTimeouts bodies that took too long or came too slowly
 * @param handlerTimeouts responses that did not begin in time
 * @param idleTimeouts connections closed between two requests
 * @param writeTimeouts connections reset because the peer did not take its response
 * @param drainCut connections cut at the deadline of a drain
 * @param violations requests refused, by what was wrong with them
 * @param accessLogDropped entries that the access log had no room for
 */
public record HttpServerMetrics(
        long connections,
        long activeConnections,
        long requests,
        int requestsInFlight,
        Map<Integer, Long> responses,
        long upgrades,
        long aborted,
        long handlerFailures,
        long addressesRefused,
        long rateLimited,
        long overloaded,
        long headTimeouts,
        long partialHeadsEnded,
        long bodyTimeouts,
        long handlerTimeouts,
        long idleTimeouts,
        long writeTimeouts,
        long drainCut,
        Map<HttpViolation, Long> violations,
        long accessLogDropped) {}
