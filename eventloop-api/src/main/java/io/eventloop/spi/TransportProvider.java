package io.eventloop.spi;

import java.io.IOException;

/**
 * Announces a transport to {@link java.util.ServiceLoader}. Its class must load on every Java version and operating
 * system, and say in {@link #availability()} what it is missing.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> {@link #availability()} never throws.
 */
public interface TransportProvider {

    /** The name by which it is asked for: {@code nio}, {@code epoll}. */
    String name();

    /** The available provider of the highest priority is chosen by {@code auto}; nio is 0. */
    int priority();

    /** Whether it can run here. */
    Availability availability();

    /**
     * Opens the transport, one for a group.
     *
     * @throws IOException if the system refuses
     */
    Transport open() throws IOException;
}
