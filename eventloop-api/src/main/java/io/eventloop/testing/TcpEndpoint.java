package io.eventloop.testing;

import io.eventloop.Errno;
import io.eventloop.spi.ReadySink;
import java.net.InetSocketAddress;

/**
 * One end of a simulated TCP connection as its packets see it: the state, what arrives, what is ready.
 *
 * <pre>
 *   NEW ──connect──► CONNECTING ──SYN+ACK──► ESTABLISHED ──RST, given up──► DEAD
 *    └─────────────── SYN at a listener ──────────┘
 * </pre>
 *
 * <p>While {@code ESTABLISHED} each direction ends by its FIN, which is the matter of its {@link ByteStream}.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> told by {@code errno}, once.
 */
abstract class TcpEndpoint extends SimulatedChannel {

    enum State {
        NEW,
        CONNECTING,
        ESTABLISHED,
        /** Reset, given up, or ended in both directions: packets are answered by RST. */
        DEAD
    }

    private final Handshake handshake = new Handshake(this);
    private final int bufferBytes;
    State state = State.NEW;
    private TcpEndpoint peer;
    ByteStream in;
    ByteStream out;
    InetSocketAddress local;
    InetSocketAddress remote;
    Errno errno;
    boolean wasReset;
    private boolean silent;

    TcpEndpoint(SimulatedHost host, InetSocketAddress remote) {
        super(host);
        this.remote = remote;
        this.bufferBytes = host.faults().socketBufferBytes();
    }

    Handshake handshake() {
        return handshake;
    }

    int bufferBytes() {
        return bufferBytes;
    }

    TcpEndpoint peer() {
        return peer;
    }

    ByteStream out() {
        return out;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    boolean isDead() {
        return state == State.DEAD;
    }

    /** Whether this end's packets, and those to it, are lost for good. */
    boolean isSilent() {
        return silent || host().isCrashed() || (peer != null && peer.host().isCrashed());
    }

    void vanish() {
        if (!silent) {
            host().note(Step.VANISHED, id(), 0, 0);
            silent = true;
            if (peer != null) {
                peer.silent = true;
            }
        }
    }

    void maybeVanish(Link link) {
        if (!silent && link.random().chance(link.faults().vanishProbability())) {
            vanish();
        }
    }

    // The handshake's results.

    void bindTo(InetSocketAddress address) {
        local = address;
    }

    /** A server's end, made when the SYN arrived. */
    void meet(TcpEndpoint client) {
        peer = client;
        client.peer = this;
        out = new ByteStream(host().scheduler(), this, client);
        in = new ByteStream(host().scheduler(), client, this);
        client.in = out;
        client.out = in;
        state = State.ESTABLISHED;
    }

    void established() {
        state = State.ESTABLISHED;
        changed();
    }

    void failed(Errno reason) {
        if (state != State.DEAD) {
            errno = reason;
            die();
            changed();
        }
    }

    private void die() {
        state = State.DEAD;
        wasReset = true;
        if (out != null) {
            out.stop();
        }
    }

    // Packets.

    void arrived(ByteStream stream, Step step, int bytes) {
        if (state == State.DEAD) {
            if (step != Step.RST) {
                out.sendReset();
            }
            return;
        }
        if (handshake.isPending()) {
            if (step == Step.RST) {
                handshake.abandoned();
                die();
                return;
            }
            if (!handshake.completed()) {
                reset();
                return;
            }
        }
        switch (step) {
            case RST -> resetArrived();
            case DATA, FIN -> accept(stream, step, bytes);
            default -> {}
        }
    }

    private void accept(ByteStream stream, Step step, int bytes) {
        if (isClosed() && step == Step.DATA && bytes > 0) {
            // Nobody will read it: what Linux does with data for an orphan.
            reset();
            return;
        }
        if (step == Step.FIN) {
            stream.finArrived();
        }
        stream.deliver(bytes);
        if (bytes > 0 || stream.isEnded()) {
            changed();
        }
    }

    private void resetArrived() {
        if (in.isEnded() && out.isFinAcked()) {
            // TIME_WAIT, or closed: there is nothing left to reset.
            state = State.DEAD;
            return;
        }
        errno = in.isEnded() && !out.isFinQueued() ? Errno.EPIPE : Errno.ECONNRESET;
        die();
        changed();
    }

    final void reset() {
        out.sendReset();
        die();
    }

    void becameWritable() {
        changed();
    }

    @Override
    int readyOps() {
        if (state == State.CONNECTING) {
            return 0;
        }
        if (state == State.NEW) {
            return ReadySink.WRITABLE;
        }
        int ops = errno != null ? ReadySink.ERROR : 0;
        boolean ended = wasReset || in == null || in.isEnded();
        if (ended) {
            ops |= ReadySink.INPUT_ENDED;
        }
        if (ended || in.unread() > 0) {
            ops |= ReadySink.READABLE;
        }
        if (wasReset || out == null || out.isFinQueued() || out.isWritable()) {
            ops |= ReadySink.WRITABLE;
        }
        return ops;
    }

    InetSocketAddress localInet() {
        return local;
    }

    InetSocketAddress remoteInet() {
        return remote;
    }
}
