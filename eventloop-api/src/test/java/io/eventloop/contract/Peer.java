package io.eventloop.contract;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.Transport;
import io.eventloop.spi.WriteVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * The other end of a connection under test: one raw socket of the same transport with a poller of its own, driven by
 * blocking calls from one thread. It does just what it is told, so it can refuse to read, reset, or end one direction.
 */
public final class Peer implements AutoCloseable {

    /** How the other side's output ended. */
    public enum End {
        FIN,
        RESET
    }

    private static final int CHUNK = 64 << 10;
    private static final ReadySink ANY = (slot, generation, readyOps) -> {};

    private final RawSocket socket;
    private final Poller poller;
    private final PlainBuffer inbound;
    private final PlainBuffer outbound;
    private final WriteVector vector = new WriteVector();

    /** Takes over a socket that is connected or connecting. */
    Peer(Transport transport, RawSocket socket) throws IOException {
        this.socket = socket;
        poller = transport.openPoller();
        inbound = new PlainBuffer(transport, CHUNK);
        outbound = new PlainBuffer(transport, CHUNK);
        poller.register(socket, 0, 1);
    }

    /** Connects, with small kernel buffers where {@code options} ask for them. */
    public static Peer connect(Transport transport, SocketAddress remote, SocketOptions options) throws IOException {
        RawSocket socket = transport.openSocket(remote, options);
        Peer peer = null;
        try {
            boolean connected = socket.connect(remote);
            peer = new Peer(transport, socket);
            if (!connected) {
                peer.finishConnect(remote);
            }
            return peer;
        } catch (IOException e) {
            if (peer == null) {
                socket.close();
            } else {
                peer.close();
            }
            throw e;
        }
    }

    private void finishConnect(SocketAddress remote) throws IOException {
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        do {
            poller.awaitWritable(socket);
            waitUntil(poller, deadline, "the connect to " + remote);
        } while (!socket.finishConnect());
    }

    /** Sends all bytes, waiting for room as often as needed. */
    public Peer send(byte[] bytes) throws IOException {
        exchange(bytes, 0);
        return this;
    }

    /** Sends what is possible without waiting; returns how many bytes the system took. */
    public int sendSome(byte[] bytes) throws IOException {
        int sent = 0;
        while (sent < bytes.length) {
            int taken = write(bytes, sent);
            if (taken == 0) {
                return sent;
            }
            sent += taken;
        }
        return sent;
    }

    /** Waits for exactly so many bytes; an end before them fails. */
    public byte[] receive(int count) throws IOException {
        return exchange(new byte[0], count);
    }

    /** Sends all bytes and receives exactly so many at the same time. */
    public byte[] exchange(byte[] bytes, int count) throws IOException {
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        ByteArrayOutputStream received = new ByteArrayOutputStream(Math.max(count, 32));
        int sent = 0;
        while (sent < bytes.length || received.size() < count) {
            int taken = sent < bytes.length ? write(bytes, sent) : 0;
            int read = received.size() < count ? read(count - received.size(), received) : 0;
            if (read < 0) {
                throw new AssertionError("end of input after " + received.size() + " of " + count + " bytes");
            }
            sent += taken;
            if (taken == 0 && read == 0) {
                if (sent < bytes.length) {
                    poller.awaitWritable(socket);
                }
                if (received.size() < count) {
                    poller.awaitReadable(socket);
                }
                waitUntil(poller, deadline, sent + " bytes sent, " + received.size() + " received");
            }
        }
        return received.toByteArray();
    }

    /** Receives until the other side's FIN; a reset is thrown. */
    public byte[] receiveToEnd() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        // Read first: only a read that would block is followed by an event, the last one may be long gone.
        for (int read = read(CHUNK, received); read >= 0; read = read(CHUNK, received)) {
            if (read == 0) {
                poller.awaitReadable(socket);
                waitUntil(poller, deadline, "the end after " + received.size() + " bytes");
            }
        }
        return received.toByteArray();
    }

    /** Discards bytes until the other side's output ends, and tells how. */
    public End awaitEnd() throws IOException {
        try {
            receiveToEnd();
            return End.FIN;
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ECONNRESET || e.errno() == Errno.EPIPE) {
                return End.RESET;
            }
            throw e;
        }
    }

    private int write(byte[] bytes, int from) throws IOException {
        outbound.clear();
        outbound.writeBytes(bytes, from, Math.min(CHUNK, bytes.length - from));
        vector.clear();
        vector.add(outbound);
        return (int) socket.write(vector);
    }

    private int read(int atMost, ByteArrayOutputStream target) throws IOException {
        inbound.clear();
        int surplus = Math.max(0, CHUNK - atMost);
        inbound.writeIndex(surplus).readIndex(surplus);
        int read = socket.read(inbound);
        if (read > 0) {
            byte[] bytes = new byte[read];
            inbound.readBytes(bytes, 0, read);
            target.writeBytes(bytes);
        }
        return read;
    }

    /** Waits for the next event of a poller; fails past the deadline. */
    static void waitUntil(Poller poller, long deadline, String what) throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new AssertionError(what + ": nothing more within " + Await.BOUND.toSeconds() + " s");
        }
        poller.poll(left, ANY);
    }

    /** Sends FIN. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset. */
    public void reset() {
        socket.closeWithReset();
        poller.close();
    }

    /** Its own address, the remote one of the connection under test. */
    public SocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    public void close() {
        socket.close();
        poller.close();
    }
}
