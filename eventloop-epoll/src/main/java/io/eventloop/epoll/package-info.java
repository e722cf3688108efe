/**
 * A poller and raw sockets over epoll(7), for Linux on x86-64 and aarch64. The engine finds the transport as a service;
 * what programs name are its socket options. On a Java older than 22 the transport reports itself unavailable and nothing
 * is loaded of the package but what was compiled for Java 17: the provider and the options.
 */
package io.eventloop.epoll;
