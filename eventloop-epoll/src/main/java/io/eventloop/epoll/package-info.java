/**
 * A poller and raw sockets over epoll(7), for Linux on x86-64 and aarch64. The package is not exported; the engine
 * finds the transport as a service. On a Java older than 22 the transport reports itself unavailable and nothing else
 * of the package is loaded.
 */
package io.eventloop.epoll;
