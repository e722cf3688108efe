package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.FileChannel;

/** A socket with the transport's bug: a forgotten end of output. */
final class MutantSocket implements RawSocket {
    private final MutantTransport transport;
    private final RawSocket real;
    private boolean isBlocked;

    MutantSocket(MutantTransport transport, RawSocket real) {
        this.transport = transport;
        this.real = real;
    }

    RawSocket real() {
        return real;
    }

    @Override
    public int read(Buffer target) throws IOException {
        return real.read(target);
    }

    @Override
    public int peek() throws IOException {
        return real.peek();
    }

    @Override
    public long write(WriteVector vector) throws IOException {
        long count = real.write(vector);
        isBlocked |= count < vector.bytes();
        return count;
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        return real.sendFile(file, position, count);
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return real.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        return real.finishConnect();
    }

    /** The bug hits only an end that had to wait for queued bytes. */
    @Override
    public void shutdownOutput() throws IOException {
        if (!isBlocked || !transport.strikes(Mutation.FORGET_HALF_CLOSE)) {
            real.shutdownOutput();
        }
    }

    @Override
    public void closeWithReset() {
        real.closeWithReset();
    }

    @Override
    public SocketAddress remoteAddress() {
        return real.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return real.localAddress();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        real.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return real.getOption(option);
    }

    @Override
    public void close() {
        real.close();
    }
}
