package io.eventloop.testing;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One simulated host that many threads use: the tests of the transport contract, which have loops with threads of their
 * own and peers that block. Each system call is made under a lock, and as over a loopback interface what it sends has
 * arrived when it returns; whoever polls and finds nothing waits for another thread's call.
 *
 * <p>So the simulated sockets, pollers and links are the ones of every simulation, and only the order of things is the
 * threads' instead of the seed's.
 */
final class SharedHost implements TransportProvider {
    /** Long beside a packet's way, short beside a deadline of TCP: what is on its way arrives, and nobody gives up. */
    private static final Duration NEXT = Duration.ofMillis(100);

    /** What is handed out as a proxy. */
    private static final Class<?>[] SHARED = {RawSocket.class, RawListener.class, Transport.class};

    private final Object lock = new Object();
    private final SimulatedNetwork network;
    private final SimulatedHost host;

    /** @param edgeTriggered see {@link SimulatedNetwork.Builder#edgeTriggered} */
    SharedHost(boolean edgeTriggered) {
        network = SimulatedNetwork.builder().edgeTriggered(edgeTriggered).build();
        host = network.host("shared");
    }

    @Override
    public String name() {
        return SimulatedTransportProvider.NAME;
    }

    @Override
    public int priority() {
        return Integer.MIN_VALUE;
    }

    @Override
    public Availability availability() {
        return Availability.yes("a test");
    }

    @Override
    public Transport open() throws IOException {
        synchronized (lock) {
            return (Transport) shared(host.transport().open());
        }
    }

    /** The call's target behind a proxy. */
    private record Locked(SharedHost owner, Object target) implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            return owner.invoke(target, method, arguments);
        }
    }

    private Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        synchronized (lock) {
            try {
                Object[] plain = arguments == null ? new Object[0] : arguments.clone();
                for (int i = 0; i < plain.length; i++) {
                    plain[i] = plain(plain[i]);
                }
                return shared(method.invoke(target, plain));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            } finally {
                network.runUntil(() -> false, NEXT);
                lock.notifyAll();
            }
        }
    }

    private static Object plain(Object given) {
        return given != null
                        && Proxy.isProxyClass(given.getClass())
                        && Proxy.getInvocationHandler(given) instanceof Locked locked
                ? locked.target
                : given;
    }

    private Object shared(Object given) {
        if (given instanceof SimulatedPoller poller) {
            return new SharedPoller(poller);
        }
        for (Class<?> type : SHARED) {
            if (type.isInstance(given)) {
                return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Locked(this, given));
            }
        }
        return given;
    }

    private final class SharedPoller implements Poller {
        private final SimulatedPoller poller;

        SharedPoller(SimulatedPoller poller) {
            this.poller = poller;
        }

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
            long deadline = System.nanoTime() + timeoutNanos;
            synchronized (lock) {
                while (!poller.hasReady()) {
                    long left = timeoutNanos < 0 ? Long.MAX_VALUE : deadline - System.nanoTime();
                    if (left <= 0) {
                        return 0;
                    }
                    await(left);
                }
                return poller.poll(timeoutNanos, sink);
            }
        }

        private void await(long nanos) throws IOException {
            try {
                TimeUnit.NANOSECONDS.timedWait(lock, nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void register(RawChannel channel, int slot, int generation) {
            synchronized (lock) {
                poller.register((RawChannel) plain(channel), slot, generation);
                lock.notifyAll();
            }
        }

        @Override
        public void awaitReadable(RawChannel channel) {
            synchronized (lock) {
                poller.awaitReadable((RawChannel) plain(channel));
            }
        }

        @Override
        public void awaitWritable(RawChannel channel) {
            synchronized (lock) {
                poller.awaitWritable((RawChannel) plain(channel));
            }
        }

        @Override
        public void wakeup() {
            synchronized (lock) {
                poller.wakeup();
                lock.notifyAll();
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                poller.close();
                lock.notifyAll();
            }
        }
    }
}
