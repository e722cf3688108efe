package io.eventloop.engine;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.spi.Availability;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * A transport in memory whose every answer a test has written down beforehand: it plays the kernel, the odd one included.
 * For loops that the test drives itself, in one thread.
 */
final class ScriptedTransport implements TransportProvider, Transport {
    static final SocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 80);
    static final SocketAddress REMOTE = new InetSocketAddress("192.0.2.2", 4242);

    final List<ScriptedPoller> pollers = new ArrayList<>();
    final List<ScriptedSocket> opened = new ArrayList<>();
    ScriptedListener listener;

    /** What the next calls of {@link #openSocket} answer: a socket or an exception; a plain socket when it is empty. */
    final Deque<Object> sockets = new ArrayDeque<>();

    /** How many pollers there may be before the process has no descriptor left. */
    int maxPollers = Integer.MAX_VALUE;

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("plays the kernel");
    }

    @Override
    public Transport open() {
        return this;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public Poller openPoller() throws IOException {
        if (pollers.size() == maxPollers) {
            throw ScriptedSocket.failure("epoll_create1(2)", Errno.EMFILE);
        }
        ScriptedPoller poller = new ScriptedPoller();
        pollers.add(poller);
        return poller;
    }

    @Override
    public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options) {
        listener = new ScriptedListener();
        return listener;
    }

    @Override
    public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException {
        Object answer = sockets.isEmpty() ? new ScriptedSocket() : sockets.pop();
        if (answer instanceof IOException failure) {
            throw failure;
        }
        opened.add((ScriptedSocket) answer);
        return (ScriptedSocket) answer;
    }

    @Override
    public long address(ByteBuffer direct) {
        return 0;
    }
}
