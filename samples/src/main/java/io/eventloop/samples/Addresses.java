package io.eventloop.samples;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Host names and addresses of the command line.
 *
 * <p><b>Threading:</b> thread-safe; {@link #resolve} blocks. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a host that cannot be resolved is a {@link RunFailure} naming the option, an address that cannot be
 * listened on one naming the address.
 */
final class Addresses {
    /** Listens at an address. */
    @FunctionalInterface
    interface Listening<T> {
        T at(InetSocketAddress address) throws IOException;
    }

    private Addresses() {}

    /** Looks a host up, once. */
    static InetSocketAddress resolve(String option, String host, int port) throws RunFailure {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new RunFailure(option + " " + host + ": no such host or address", e);
        }
    }

    /** Refuses to relay to where the relay itself listens: it would be its own client until it has no room left. */
    static void checkElsewhere(String option, InetSocketAddress backend, InetSocketAddress local) throws RunFailure {
        boolean isSame = backend.getPort() == local.getPort()
                && (backend.getAddress().equals(local.getAddress())
                        || local.getAddress().isAnyLocalAddress() && isOfThisHost(backend.getAddress())
                        || backend.getAddress().isAnyLocalAddress()
                                && local.getAddress().isLoopbackAddress());
        if (isSame) {
            throw new RunFailure(option + " " + text(backend) + " is where it listens itself", null);
        }
    }

    private static boolean isOfThisHost(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            // Then it is seen when its room is used up.
            return false;
        }
    }

    /** Listens there, or says why that cannot be. */
    static <T> T listen(InetSocketAddress address, Listening<T> listening) throws RunFailure {
        try {
            return listening.at(address);
        } catch (IOException e) {
            throw RunFailure.cannotListen(address, e);
        }
    }

    /** The address asked for, with the port the system chose: for 0.0.0.0 some transports bind the wildcard of IPv6. */
    static InetSocketAddress bound(InetSocketAddress asked, SocketAddress bound) {
        return new InetSocketAddress(asked.getAddress(), ((InetSocketAddress) bound).getPort());
    }

    /** {@code 127.0.0.1:80}, {@code [::1]:80}. */
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return address.toString();
        }
        String host = inet.getAddress().getHostAddress();
        return (inet.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
}
