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

    /** What came before the end of the other side's output, and how it ended. */
    public record Rest(byte[] bytes, End end) {}

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
        long deadline = deadline();
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
        long deadline = deadline();
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
                awaitAny(sent < bytes.length, received.size() < count);
                waitUntil(poller, deadline, sent + " bytes sent, " + received.size() + " received");
            } else {
                deadline = deadline();
            }
        }
        return received.toByteArray();
    }

    /** Receives until the other side's FIN; a reset is thrown. */
    public byte[] receiveToEnd() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        receiveToEnd(received);
        return received.toByteArray();
    }

    private void receiveToEnd(ByteArrayOutputStream received) throws IOException {
        long deadline = deadline();
        // Read first: only a read that would block is followed by an event, the last one may be long gone.
        for (int read = read(CHUNK, received); read >= 0; read = read(CHUNK, received)) {
            if (read == 0) {
                poller.awaitReadable(socket);
                waitUntil(poller, deadline, "the end after " + received.size() + " bytes");
            } else {
                deadline = deadline();
            }
        }
    }

    /** Receives until the other side's output ends, and tells how. */
    public Rest receiveRest() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try {
            receiveToEnd(received);
            return new Rest(received.toByteArray(), End.FIN);
        } catch (SystemCallException e) {
            requireReset(e);
            return new Rest(received.toByteArray(), End.RESET);
        }
    }

    /** Discards bytes until the other side's output ends, and tells how. */
    public End awaitEnd() throws IOException {
        return receiveRest().end();
    }

    private static void requireReset(SystemCallException e) throws SystemCallException {
        if (e.errno() != Errno.ECONNRESET && e.errno() != Errno.EPIPE) {
            throw e;
        }
    }

    /**
     * Sends and receives at the same time as the script says, until both directions have ended.
     *
     * @return what it received, and how the other side's output ended; {@code null} for that if it was reset from here
     */
    Rest play(PeerScript script) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        long deadline = deadline();
        int sent = 0;
        boolean isEnding = false;
        boolean isEnded = false;
        try {
            while (!isEnding || !isEnded) {
                int most = script.mostToWrite(sent);
                int taken = most == 0 ? 0 : write(script.sent(), sent, most);
                sent += taken;
                int read = isEnded || !script.mayRead(sent) ? 0 : read(script.mostPerRead(), received);
                isEnded |= read < 0;
                if (!isEnding && script.isOver(sent, taken, isEnded ? Integer.MAX_VALUE : received.size())) {
                    isEnding = true;
                    if (script.ending() == End.RESET) {
                        reset();
                        return new Rest(received.toByteArray(), null);
                    }
                    shutdownOutput();
                } else if (taken == 0 && read == 0) {
                    awaitAny(sent < script.sent().length, !isEnded && script.mayRead(sent));
                    waitUntil(poller, deadline, sent + " bytes sent, " + received.size() + " received");
                } else {
                    deadline = deadline();
                }
            }
            return new Rest(received.toByteArray(), End.FIN);
        } catch (SystemCallException e) {
            requireReset(e);
            return new Rest(received.toByteArray(), End.RESET);
        }
    }

    private void awaitAny(boolean room, boolean bytes) {
        if (room) {
            poller.awaitWritable(socket);
        }
        if (bytes) {
            poller.awaitReadable(socket);
        }
    }

    private int write(byte[] bytes, int from) throws IOException {
        return write(bytes, from, bytes.length - from);
    }

    private int write(byte[] bytes, int from, int atMost) throws IOException {
        outbound.clear();
        outbound.writeBytes(bytes, from, Math.min(CHUNK, atMost));
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

    /** When patience ends; it begins anew with each byte that moves, however long all of them take. */
    private static long deadline() {
        return System.nanoTime() + Await.BOUND.toNanos();
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
