package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * One end of a simulated TCP connection, with the behaviour of Linux: what was delivered is read before a reset is told; a
 * reset is told once, as {@code ECONNRESET} or, after the peer's FIN, {@code EPIPE}, and then a read finds the end and a
 * write {@code EPIPE}; closing with bytes unread resets.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> see {@link RawSocket}. <b>Failure:</b> see
 * {@link RawSocket}.
 */
final class SimulatedSocket extends TcpEndpoint implements RawSocket {

    /** How long a socket may stay open after it was reset, without a byte read; more than any stall of a loop. */
    private static final long MAX_LINGER_NANOS = 10_000_000_000L;

    /** What any transport takes on a socket in use. */
    private static final Set<SocketOption<?>> STANDARD = Set.of(
            StandardSocketOptions.IP_TOS,
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.TCP_NODELAY);

    private final Map<SocketOption<?>, Object> options = new HashMap<>();
    private boolean ownsPort;
    private boolean isToldOfReset;

    SimulatedSocket(SimulatedHost host, InetSocketAddress remote, SocketOptions options) {
        super(host, remote);
        configure(options);
    }

    /** Keeps all of them, without effect: those of another transport too, which a program under test is configured with. */
    void configure(SocketOptions given) {
        options.putAll(given.values());
    }

    @Override
    public boolean connect(SocketAddress address) throws IOException {
        if (state != State.NEW) {
            throw failure("connect(2)", "to ", Errno.EINVAL);
        }
        remote = SimulatedHost.requireInet(address);
        host().note(Step.CONNECT, id(), remote.getPort(), 0);
        local = host().bindEphemeral(remote);
        ownsPort = true;
        state = State.CONNECTING;
        handshake().begin(remote);
        return false;
    }

    @Override
    public boolean finishConnect() throws IOException {
        takeError("connect(2)", "to ");
        boolean done = state == State.ESTABLISHED;
        host().note(Step.CONNECTED, id(), done ? 1 : 0, 0);
        return done;
    }

    @Override
    public int read(Buffer target) throws IOException {
        int room = target.writableBytes();
        int count = state == State.NEW ? 0 : receivable(room);
        if (count > 0) {
            int index = in.readIndex();
            byte[] ring = in.ring();
            int first = Math.min(count, ring.length - index);
            target.writeBytes(ring, index, first);
            if (first < count) {
                target.writeBytes(ring, 0, count - first);
            }
            in.consumed(count);
        }
        if (state == State.NEW) {
            throw failure("recv(2)", "from ", Errno.ENOTCONN);
        }
        host().note(Step.READ, id(), count, room);
        return count;
    }

    private int receivable(int room) throws SystemCallException {
        requireNotClosed("recv(2)", "from ");
        int unread = in == null ? 0 : in.unread();
        if (unread > 0) {
            if (host().random().chance(host().faults().wouldBlockProbability())) {
                readyLater();
                return 0;
            }
            int count = Math.min(unread, room);
            if (count > 1 && host().random().chance(host().faults().shortReadProbability())) {
                readyLater();
                return 1 + host().random().nextInt(count);
            }
            return count;
        }
        if (in != null && in.isEnded()) {
            return -1;
        }
        takeError("recv(2)", "from ");
        return wasReset ? -1 : 0;
    }

    @Override
    public int peek() throws IOException {
        if (in != null && in.unread() > 0) {
            return 1;
        }
        if (in != null && in.isEnded()) {
            return -1;
        }
        takeError("recv(2)", "from ");
        return wasReset ? -1 : 0;
    }

    @Override
    public long write(WriteVector vector) throws IOException {
        int most = sendable(vector.bytes());
        int left = most;
        for (int i = 0; i < vector.count() && left > 0; i++) {
            Buffer buffer = vector.buffer(i);
            int count = Math.min(left, buffer.readableBytes());
            append(buffer.readable(), count);
            left -= count;
        }
        sent(most, vector.bytes());
        return most;
    }

    private int sendable(long offered) throws SystemCallException {
        requireNotClosed("send(2)", "to ");
        takeError("send(2)", "to ");
        if (state == State.NEW) {
            throw failure("send(2)", "to ", Errno.ENOTCONN);
        }
        if (state == State.CONNECTING) {
            return 0;
        }
        if (wasReset || out.isFinQueued()) {
            throw failure("send(2)", "to ", Errno.EPIPE);
        }
        int most = (int) Math.min(offered, out.freeBytes());
        if (most == 0) {
            return 0;
        }
        if (host().random().chance(host().faults().wouldBlockProbability())) {
            readyLater();
            return 0;
        }
        if (most > 1 && host().random().chance(host().faults().shortWriteProbability())) {
            readyLater();
            return 1 + host().random().nextInt(most);
        }
        return most;
    }

    /** Copies without moving the source's position. */
    private void append(ByteBuffer source, int count) {
        byte[] ring = out.room(count);
        int index = out.writeIndex();
        int first = Math.min(count, ring.length - index);
        int position = source.position();
        source.get(position, ring, index, first);
        if (first < count) {
            source.get(position + first, ring, 0, count - first);
        }
        out.wrote(count);
    }

    private void sent(long count, long offered) {
        host().note(Step.WRITE, id(), count, offered);
        if (count > 0) {
            out.transmit();
        }
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        int most = sendable(Math.min(count, bufferBytes()));
        if (most == 0) {
            sent(0, count);
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(most);
        int read = file.read(bytes, position);
        if (read > 0) {
            append(bytes.flip(), read);
        }
        sent(Math.max(0, read), count);
        return read;
    }

    @Override
    public void shutdownOutput() throws IOException {
        host().note(Step.SHUTDOWN, id(), 0, 0);
        if (wasReset) {
            // shutdown(2) says ENOTCONN then, which the real transports pass over: the next read tells.
            return;
        }
        if (state != State.ESTABLISHED) {
            throw failure("shutdown(2)", "of ", Errno.ENOTCONN);
        }
        if (!out.isFinQueued()) {
            out.queueFin();
            out.transmit();
        }
    }

    @Override
    public void close() {
        close(false);
    }

    @Override
    public void closeWithReset() {
        close(true);
    }

    private void close(boolean withReset) {
        if (!closeDescriptor()) {
            return;
        }
        boolean resets = state == State.ESTABLISHED && (withReset || in.unread() > 0);
        host().note(resets ? Step.RESET : Step.CLOSE, id(), 0, 0);
        if (ownsPort) {
            host().releasePort(this);
        }
        if (resets && !(in.isEnded() && in.unread() == 0 && out.isFinAcked())) {
            reset();
        } else if (state == State.ESTABLISHED) {
            out.queueFin();
            out.transmit();
        } else {
            state = State.DEAD;
        }
    }

    /** Whoever is told of a reset has to read what came before it and give the descriptor back. */
    private void requireClosed(int unreadThen) {
        if (isClosed() || host().isCrashed()) {
            return;
        }
        if (in != null && in.unread() < unreadThen) {
            awaitClosed();
        } else {
            host().network()
                    .invariants()
                    .broken(this + " of " + host() + " is still open, " + MAX_LINGER_NANOS / 1_000_000_000
                            + " s after a call told of its reset or a byte was read");
        }
    }

    private void requireNotClosed(String call, String preposition) throws SystemCallException {
        if (isClosed()) {
            throw new SystemCallException(call, preposition + SimulatedHost.text(remote), Errno.OTHER, "closed");
        }
    }

    private void awaitClosed() {
        int unread = in == null ? 0 : in.unread();
        Runnable check = () -> requireClosed(unread);
        host().scheduler().after(MAX_LINGER_NANOS, Step.TASK, check, id(), 0);
    }

    private void takeError(String call, String preposition) throws SystemCallException {
        if (errno != null) {
            Errno reason = errno;
            errno = null;
            throw failure(call, preposition, reason);
        }
    }

    private SystemCallException failure(String call, String preposition, Errno reason) {
        if (reason.isReset() && poller != null && !isToldOfReset) {
            isToldOfReset = true;
            awaitClosed();
        }
        host().note(Step.FAILED, id(), reason.ordinal(), 0);
        return new SystemCallException(call, preposition + SimulatedHost.text(remote), reason, "");
    }

    @Override
    public SocketAddress localAddress() {
        return local == null ? new InetSocketAddress(0) : local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) {
        if (!STANDARD.contains(option) && !options.containsKey(option)) {
            throw new UnsupportedOperationException(option.name() + " is not supported by transport simulated");
        }
        options.put(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) {
        Object value = options.get(option);
        if (value == null) {
            throw new UnsupportedOperationException(option.name() + " was not set on this simulated socket");
        }
        return option.type().cast(value);
    }

    @Override
    public String toString() {
        return "simulated socket " + id() + " to " + SimulatedHost.text(remote);
    }
}
