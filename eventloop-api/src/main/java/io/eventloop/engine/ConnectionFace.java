package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ProtocolViolationException;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * The public methods of a connection: each asks for the thread, then passes on to the part whose matter it is.
 *
 * <p><b>Threading:</b> see {@link Connection}. <b>Ownership:</b> none. <b>Failure:</b> see {@link Connection}.
 */
abstract class ConnectionFace extends Endpoint implements Connection {
    @Override
    public abstract Loop loop();

    /** Null if none could be made. */
    abstract RawSocket socket();

    abstract ConnectionLife life();

    abstract Inbound in();

    abstract Outbound out();

    abstract HandlerCalls calls();

    /** {@link #state()} for the engine: without asking for the thread. */
    abstract State phase();

    /** Keeps a change of state for {@link #explain()}. */
    abstract void note(ConnectionEvent event);

    /** The failure, with what came before it. */
    abstract <T extends Throwable> T traced(T failure);

    @Override
    public State state() {
        loop().check();
        return life().state();
    }

    @Override
    public SocketAddress localAddress() {
        return checkedSocket().localAddress();
    }

    @Override
    public ConnectionHandler handler() {
        loop().check();
        return calls().handler();
    }

    @Override
    public void handler(ConnectionHandler next) {
        loop().check();
        calls().handler(next);
        note(ConnectionEvent.HANDLER_REPLACED);
        in().offerKept();
    }

    @Override
    public void pauseReading() {
        loop().check();
        in().pause();
    }

    @Override
    public void resumeReading() {
        loop().check();
        if (phase() != State.CLOSED) {
            in().resume();
        }
    }

    @Override
    public boolean isReadingPaused() {
        loop().check();
        return in().isPaused();
    }

    @Override
    public int unconsumedBytes() {
        loop().check();
        return in().keptBytes();
    }

    @Override
    public boolean write(Buffer bytes) {
        loop().check();
        return out().write((PooledBuffer) bytes);
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        loop().check();
        return out().write(bytes);
    }

    @Override
    public boolean write(byte[] bytes) {
        loop().check();
        return out().write(bytes);
    }

    @Override
    public boolean write(FileChannel file, long position, long count) {
        return writeFile(file, position, count, false);
    }

    @Override
    public boolean writeAndClose(FileChannel file, long position, long count) {
        return writeFile(file, position, count, true);
    }

    private boolean writeFile(FileChannel file, long position, long count, boolean close) {
        loop().check();
        return out().write(new FilePart(loop(), file, position, count, close));
    }

    @Override
    public void flush() {
        loop().check();
        out().flush();
    }

    @Override
    public boolean isWritable() {
        loop().check();
        return out().isOpen() && !out().isAboveHigh();
    }

    @Override
    public boolean isInputEnded() {
        loop().check();
        return in().isEnded();
    }

    @Override
    public boolean isOutputEnded() {
        loop().check();
        return !out().isOpen();
    }

    @Override
    public long queuedBytes() {
        loop().check();
        return out().queuedBytes();
    }

    @Override
    public boolean forwardTo(Connection target, LongConsumer moved) {
        loop().check();
        return in().forwardTo(target, Objects.requireNonNull(moved));
    }

    @Override
    public void shutdownOutput() {
        loop().check();
        life().shutdownOutput();
    }

    @Override
    public void close() {
        loop().check();
        life().close();
    }

    @Override
    public void abort() {
        loop().check();
        life().abort();
    }

    @Override
    public void abort(ProtocolViolationException violation) {
        loop().check();
        life().protocolViolated(violation);
    }

    @Override
    public boolean readNow() {
        loop().check();
        return in().readNow();
    }

    @Override
    public long bytesReceived() {
        loop().check();
        return in().bytesReceived();
    }

    @Override
    public long bytesSent() {
        loop().check();
        return out().bytesSent();
    }

    @Override
    public <T> void option(SocketOption<T> option, T value) throws IOException {
        checkedSocket().setOption(option, value);
    }

    @Override
    public <T> T option(SocketOption<T> option) throws IOException {
        return checkedSocket().getOption(option);
    }

    private RawSocket checkedSocket() {
        loop().check();
        if (socket() == null) {
            throw traced(new IllegalStateException(this + " has no socket"));
        }
        return socket();
    }
}
