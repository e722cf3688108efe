package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.SystemCallException;
import io.eventloop.engine.SlabPool;
import io.eventloop.spi.WriteVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The other side of a connection, byte by byte and without a loop: it does one thing after the other as the network runs.
 *
 * <pre>{@code
 * ScriptedPeer peer = ScriptedPeer.connect(host, server.address(80));
 * peer.send("GET / HTTP/1.1\r\n".getBytes(US_ASCII)).pause(Duration.ofSeconds(1)).send(rest).expect(answer).close();
 * network.runUntil(peer::isDone, Duration.ofMinutes(1));
 * }</pre>
 *
 * <p><b>Threading:</b> the simulation's thread.
 *
 * <p><b>Ownership:</b> its socket, closed by its script or by {@link #close()}; one that is forgotten is a descriptor left.
 *
 * <p><b>Failure:</b> bytes that are not the expected ones, and an end that is not, break the network's {@link Invariants}.
 */
public final class ScriptedPeer {
    private static final int ROOM_BYTES = 4096;

    /** One act. Returns whether it is done; otherwise it is tried again when something has changed. */
    private interface Act {
        boolean tried() throws IOException;
    }

    private final SimulatedHost host;
    private final SimulatedSocket socket;
    private final Deque<Act> script = new ArrayDeque<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final SlabPool pool;
    private final Buffer room;
    private int checkedBytes;
    private boolean isConnected;
    private boolean isEnded;
    private boolean isReset;
    private boolean isHolding;

    private ScriptedPeer(SimulatedHost host, SimulatedSocket socket, boolean isConnected) {
        this.host = host;
        this.socket = socket;
        this.isConnected = isConnected;
        BufferPoolOptions options = BufferPoolOptions.builder()
                .classes(ROOM_BYTES, ROOM_BYTES, ROOM_BYTES)
                .slabBytes(2 * ROOM_BYTES)
                .guarded(false)
                .build();
        pool = new SlabPool(options, "scripted peer", direct -> 0, () -> true);
        room = pool.acquire(ROOM_BYTES);
        socket.observer(this::run);
    }

    /** A peer on {@code host} that connects. */
    public static ScriptedPeer connect(SimulatedHost host, SocketAddress remote) throws IOException {
        SimulatedTransportProvider provider = new SimulatedTransportProvider(host, true);
        SimulatedSocket socket = (SimulatedSocket) provider.open().openSocket(remote, io.eventloop.SocketOptions.NONE);
        ScriptedPeer peer = new ScriptedPeer(host, socket, false);
        socket.connect(remote);
        return peer;
    }

    /** A peer on {@code host} for a connection that its listener has accepted. */
    static ScriptedPeer accepted(SimulatedHost host, SimulatedSocket socket) {
        ScriptedPeer peer = new ScriptedPeer(host, socket, true);
        peer.soon();
        return peer;
    }

    private void soon() {
        host.scheduler().after(0, Step.TASK, (Runnable) this::run, socket.id(), 0);
    }

    private ScriptedPeer then(Act act) {
        script.add(act);
        soon();
        return this;
    }

    /** Sends bytes. */
    public ScriptedPeer send(byte[] bytes) {
        int[] sent = new int[1];
        return then(() -> {
            while (sent[0] < bytes.length) {
                long count = write(bytes, sent[0]);
                if (count == 0) {
                    return false;
                }
                sent[0] += (int) count;
            }
            return true;
        });
    }

    private long write(byte[] bytes, int from) throws IOException {
        Buffer piece = pool.acquire(ROOM_BYTES);
        WriteVector vector = new WriteVector();
        try {
            piece.writeBytes(bytes, from, Math.min(ROOM_BYTES, bytes.length - from));
            vector.add(piece);
            return socket.write(vector);
        } finally {
            piece.release();
        }
    }

    /** Waits until the next bytes to come are these. */
    public ScriptedPeer expect(byte[] bytes) {
        return then(() -> {
            byte[] all = received.toByteArray();
            int count = Math.min(bytes.length, all.length - checkedBytes);
            if (!Arrays.equals(bytes, 0, count, all, checkedBytes, checkedBytes + count)) {
                broken("got " + Arrays.toString(Arrays.copyOfRange(all, checkedBytes, all.length)) + " instead of "
                        + Arrays.toString(bytes));
                return true;
            }
            if (count < bytes.length) {
                if (isEnded || isReset) {
                    broken("ended after " + count + " of " + bytes.length + " expected bytes");
                }
                return false;
            }
            checkedBytes += count;
            return true;
        });
    }

    /** Waits for the other side's FIN. */
    public ScriptedPeer expectEnd() {
        return then(() -> {
            if (isReset) {
                broken("was reset instead of ended");
            }
            return isEnded;
        });
    }

    /** Waits for the other side's reset. */
    public ScriptedPeer expectReset() {
        return then(() -> {
            if (isEnded) {
                broken("was ended instead of reset");
            }
            return isReset;
        });
    }

    /** Does nothing for a while; what comes is still read. */
    public ScriptedPeer pause(Duration duration) {
        long[] until = {-1};
        return then(() -> {
            if (until[0] < 0) {
                until[0] = host.scheduler().nowNanos() + duration.toNanos();
                host.scheduler().at(until[0], Step.TASK, (Runnable) this::run, socket.id(), 0);
            }
            return host.scheduler().nowNanos() >= until[0];
        });
    }

    /** Stops reading, until {@link #read()}. */
    public ScriptedPeer hold() {
        return then(() -> isHolding = true);
    }

    /** Reads again. */
    public ScriptedPeer read() {
        return then(() -> {
            isHolding = false;
            return true;
        });
    }

    /** Sends FIN; what comes is still read. */
    public ScriptedPeer shutdownOutput() {
        return then(() -> {
            socket.shutdownOutput();
            return true;
        });
    }

    /** Closes: FIN, or RST if bytes are unread. */
    public ScriptedPeer close() {
        return then(() -> {
            socket.close();
            return true;
        });
    }

    /** Sends RST. */
    public ScriptedPeer reset() {
        return then(() -> {
            socket.closeWithReset();
            return true;
        });
    }

    /** Goes silent for good: no packet of the connection arrives any more, on either side. */
    public ScriptedPeer vanish() {
        return then(() -> {
            socket.vanish();
            socket.close();
            return true;
        });
    }

    /** Whether the script is done. */
    public boolean isDone() {
        return script.isEmpty();
    }

    /** Everything read so far. */
    public byte[] received() {
        return received.toByteArray();
    }

    private void run() {
        try {
            if (!isConnected && !socket.isClosed()) {
                isConnected = socket.finishConnect();
            }
            boolean goesOn = isConnected;
            while (goesOn && !script.isEmpty()) {
                receive();
                goesOn = script.peek().tried();
                if (goesOn) {
                    script.poll();
                }
            }
            receive();
        } catch (IOException e) {
            isReset |= e instanceof SystemCallException call && call.errno().isReset();
            if (!isReset) {
                broken(e.getMessage());
                script.clear();
                socket.close();
            }
        }
    }

    private void receive() throws IOException {
        while (isConnected && !isHolding && !socket.isClosed() && !isEnded && !isReset) {
            room.clear();
            int count;
            try {
                count = socket.read(room);
            } catch (SystemCallException e) {
                isReset = e.errno().isReset();
                if (!isReset) {
                    throw e;
                }
                return;
            }
            if (count == 0) {
                return;
            }
            isEnded = count < 0;
            byte[] bytes = new byte[room.readableBytes()];
            room.readBytes(bytes, 0, bytes.length);
            received.writeBytes(bytes);
        }
    }

    private void broken(String what) {
        host.network().invariants().broken("peer of " + SimulatedHost.text(socket.remoteAddress()) + ": " + what);
    }
}
