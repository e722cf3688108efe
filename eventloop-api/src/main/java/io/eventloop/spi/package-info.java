/**
 * The contract between the engine and a transport. A transport supplies a poller and raw sockets, nothing more:
 * connection state, write queues, flow control, timers and accept policy belong to the engine. The contract is written
 * out on {@code Poller}, and one test suite holds every transport to it.
 */
package io.eventloop.spi;
