/**
 * The contract every transport is held to, as abstract test classes by theme, and the fixtures they use. A transport's
 * tests subclass each of them and supply the provider; nothing else differs, so that all transports behave alike. Only
 * {@code RawContract} asks one thing more: whether events are edges or levels, which is a transport's choice.
 *
 * <p>Both ends of every connection are the transport's own: one end is the engine, the other a {@code Peer} over the
 * raw sockets. Only in what extends {@code RawContract}, which goes without an engine, the other end is a blocking
 * socket of the JDK ({@code RawRig}). No test sleeps, uses a fixed port, or leaves the loopback interface; every wait is
 * bounded by {@code Await}.
 *
 * <p>The suite runs on nio, on epoll, and on the simulated network, whose sockets are then shared by threads under a
 * lock ({@code SharedHost}). What does not run everywhere:
 *
 * <p>{@code TlsContract} holds connections over TLS to the same, with both ends the engine's.
 *
 * <table>
 *   <caption>Left out</caption>
 *   <tr><th>what</th><th>on</th><th>because</th></tr>
 *   <tr><td>{@code AllocationContract}</td><td>simulated</td><td>the simulation allocates on the loop's thread; the
 *   engine above it is the same as on the others</td></tr>
 *   <tr><td>{@code ExhaustionContract}</td><td>simulated</td><td>its descriptors are not the process's; its own tests
 *   exhaust them</td></tr>
 *   <tr><td>what extends {@code RawContract}</td><td>simulated</td><td>no socket of the JDK is on its network;
 *   {@code RawSocketContract} runs</td></tr>
 *   <tr><td>{@code TlsContract}</td><td>simulated</td><td>TLS has simulations of its own, in {@code io.eventloop.tls}</td></tr>
 *   <tr><td>UNIX-domain sockets in {@code AddressFamilyContract}</td><td>simulated</td><td>no such capability</td></tr>
 *   <tr><td>pipes in {@code RelayForwardContract}</td><td>nio, simulated</td><td>no {@code SPLICE}; the flows run, through
 *   memory</td></tr>
 * </table>
 */
package io.eventloop.contract;
