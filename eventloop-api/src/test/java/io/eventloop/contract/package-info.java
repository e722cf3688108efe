/**
 * The contract every transport is held to, as abstract test classes by theme, and the fixtures they use. A transport's
 * tests subclass each of them and supply the provider; nothing else differs, so that all transports behave alike.
 *
 * <p>Both ends of every connection are the transport's own: one end is the engine, the other a {@code Peer} over the
 * raw sockets. No test sleeps, uses a fixed port, or leaves the loopback interface; every wait is bounded by
 * {@code Await}.
 */
package io.eventloop.contract;
