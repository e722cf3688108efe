package io.eventloop.testing;

import io.eventloop.SocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A listening socket that gives each accepted connection a {@link ScriptedPeer}.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> its socket, until {@link #close()}.
 *
 * <p><b>Failure:</b> an accept that fails breaks the network's {@link Invariants}.
 */
public final class ScriptedListener implements AutoCloseable {
    private final SimulatedHost host;
    private final SimulatedListener socket;
    private final Consumer<ScriptedPeer> script;

    private ScriptedListener(SimulatedHost host, SimulatedListener socket, Consumer<ScriptedPeer> script) {
        this.host = host;
        this.socket = socket;
        this.script = Objects.requireNonNull(script);
        socket.observer(this::accept);
    }

    /**
     * Listens on {@code host}.
     *
     * @param backlog connections kept until they are accepted
     * @param script gives each peer its acts
     */
    public static ScriptedListener listen(
            SimulatedHost host, InetSocketAddress local, int backlog, Consumer<ScriptedPeer> script)
            throws IOException {
        SimulatedTransportProvider provider = new SimulatedTransportProvider(host, true);
        SimulatedListener socket =
                (SimulatedListener) provider.open().listen(local, backlog, false, SocketOptions.NONE);
        return new ScriptedListener(host, socket, script);
    }

    private void accept() {
        try {
            SimulatedSocket accepted = (SimulatedSocket) socket.accept(SocketOptions.NONE);
            while (accepted != null) {
                script.accept(ScriptedPeer.accepted(host, accepted));
                accepted = (SimulatedSocket) socket.accept(SocketOptions.NONE);
            }
        } catch (IOException e) {
            host.network().invariants().broken("accept of a scripted listener: " + e.getMessage());
        }
    }

    /** The bound address. */
    public InetSocketAddress address() {
        return socket.localAddress();
    }

    @Override
    public void close() {
        socket.close();
    }
}
