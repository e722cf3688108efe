/**
 * A poller and raw sockets over {@code java.nio}. The package is not exported; the engine finds the transport as a
 * service.
 */
package io.eventloop.nio;
