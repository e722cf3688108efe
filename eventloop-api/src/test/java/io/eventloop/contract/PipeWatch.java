package io.eventloop.contract;

import io.eventloop.SocketOptions;
import io.eventloop.spi.Availability;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawPipe;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A provider that counts what goes through the pipes of the transport it stands for, and is otherwise that one. */
final class PipeWatch implements TransportProvider {
    private final TransportProvider watched;
    private final AtomicInteger openPipes = new AtomicInteger();
    private final AtomicLong filledBytes = new AtomicLong();
    private final AtomicLong drainedBytes = new AtomicLong();
    private final AtomicLong abandonedBytes = new AtomicLong();
    private final AtomicReference<Runnable> resetInDrain = new AtomicReference<>();

    PipeWatch(TransportProvider watched) {
        this.watched = watched;
    }

    /** Pipes that are open now. */
    int openPipes() {
        return openPipes.get();
    }

    /** Bytes that went into a pipe. */
    long filledBytes() {
        return filledBytes.get();
    }

    /** Bytes that were in pipes when they were closed. */
    long abandonedBytes() {
        return abandonedBytes.get();
    }

    /** Bytes in pipes now. */
    long bufferedBytes() {
        return filledBytes.get() - drainedBytes.get() - abandonedBytes.get();
    }

    /** Has the next pipe that is drained meet a reset, which this makes. */
    void resetInDrain(Runnable reset) {
        resetInDrain.set(reset);
    }

    @Override
    public String name() {
        return watched.name();
    }

    @Override
    public int priority() {
        return watched.priority();
    }

    @Override
    public Availability availability() {
        return watched.availability();
    }

    @Override
    public Transport open() throws IOException {
        Transport transport = watched.open();
        return new Transport() {
            @Override
            public String name() {
                return transport.name();
            }

            @Override
            public Set<Capability> capabilities() {
                return transport.capabilities();
            }

            @Override
            public Poller openPoller() throws IOException {
                return new WatchedPoller(transport.openPoller());
            }

            @Override
            public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
                    throws IOException {
                return transport.listen(local, backlog, reusePort, options);
            }

            @Override
            public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException {
                return transport.openSocket(remote, options);
            }

            @Override
            public long address(ByteBuffer direct) {
                return transport.address(direct);
            }
        };
    }

    private final class WatchedPoller implements Poller {
        private final Poller poller;

        WatchedPoller(Poller poller) {
            this.poller = poller;
        }

        @Override
        public void register(RawChannel channel, int slot, int generation) throws IOException {
            poller.register(channel, slot, generation);
        }

        @Override
        public void awaitReadable(RawChannel channel) {
            poller.awaitReadable(channel);
        }

        @Override
        public void awaitWritable(RawChannel channel) {
            poller.awaitWritable(channel);
        }

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
            return poller.poll(timeoutNanos, sink);
        }

        @Override
        public void wakeup() {
            poller.wakeup();
        }

        @Override
        public RawPipe openPipe() {
            RawPipe pipe = poller.openPipe();
            return pipe == null ? null : new WatchedPipe(pipe);
        }

        @Override
        public void bindThread(int cpu) throws IOException {
            poller.bindThread(cpu);
        }

        @Override
        public void close() {
            poller.close();
        }
    }

    private final class WatchedPipe implements RawPipe {
        private final RawPipe pipe;
        private boolean isClosed;

        WatchedPipe(RawPipe pipe) {
            this.pipe = pipe;
            openPipes.incrementAndGet();
        }

        @Override
        public long fill(RawSocket from, long maxBytes) throws IOException {
            long count = pipe.fill(from, maxBytes);
            filledBytes.addAndGet(Math.max(0, count));
            return count;
        }

        @Override
        public long drain(RawSocket to) throws IOException {
            Runnable reset = resetInDrain.getAndSet(null);
            if (reset != null) {
                reset.run();
                return drainIntoReset(to);
            }
            long count = pipe.drain(to);
            drainedBytes.addAndGet(Math.max(0, count));
            return count;
        }

        /** What splice(2) does if the reset comes while it sends: it tells what was sent, and the failure is gone. */
        private long drainIntoReset(RawSocket to) {
            long sent = 0;
            try {
                while (true) {
                    sent += pipe.drain(to);
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                sent = Math.max(1, sent);
                drainedBytes.addAndGet(sent);
                return sent;
            }
        }

        @Override
        public long bufferedBytes() {
            return pipe.bufferedBytes();
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                openPipes.decrementAndGet();
                abandonedBytes.addAndGet(pipe.bufferedBytes());
            }
            pipe.close();
        }
    }
}
