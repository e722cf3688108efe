package io.eventloop.testing;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The TCP ports of a simulated host.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> {@code EADDRINUSE},
 * {@code EADDRNOTAVAIL}.
 */
final class Ports {
    /** Linux: net.ipv4.ip_local_port_range. */
    private static final int FIRST_EPHEMERAL = 32_768;

    private static final int LAST_EPHEMERAL = 60_999;

    private final List<SimulatedListener> listeners = new ArrayList<>();
    private final BitSet ephemeral = new BitSet();
    private int next = FIRST_EPHEMERAL;

    /** The address a listener is bound to, with a port if none was asked for. */
    InetSocketAddress bind(InetSocketAddress local, boolean reusePort) throws SystemCallException {
        String subject = "to " + SimulatedHost.text(local);
        if (local.getPort() == 0) {
            return new InetSocketAddress(local.getAddress(), takeEphemeral("bind(2)", subject));
        }
        for (SimulatedListener other : listeners) {
            if (overlap(other.localAddress(), local) && !(reusePort && other.sharesPort())) {
                throw new SystemCallException("bind(2)", subject, Errno.EADDRINUSE, "");
            }
        }
        return local;
    }

    private static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() == other.getPort()
                && (one.getAddress().isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress()
                        || one.getAddress().equals(other.getAddress()));
    }

    int takeEphemeral(String call, String subject) throws SystemCallException {
        for (int tries = FIRST_EPHEMERAL; tries <= LAST_EPHEMERAL; tries++) {
            int port = next;
            next = port == LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
            if (!ephemeral.get(port)) {
                ephemeral.set(port);
                return port;
            }
        }
        throw new SystemCallException(call, subject, Errno.EADDRNOTAVAIL, "");
    }

    void release(int port) {
        ephemeral.clear(port);
    }

    void add(SimulatedListener listener) {
        listeners.add(listener);
    }

    void release(SimulatedListener listener) {
        listeners.remove(listener);
        release(listener.localAddress().getPort());
    }

    /** The listener for a connect, one of several at random if they share the port, or null. */
    SimulatedListener listener(InetSocketAddress to, SeededRandom random) {
        SimulatedListener found = null;
        int candidates = 0;
        for (SimulatedListener listener : listeners) {
            if (overlap(listener.localAddress(), to)) {
                candidates++;
                if (candidates == 1 || random.nextInt(candidates) == 0) {
                    found = listener;
                }
            }
        }
        return found;
    }
}
