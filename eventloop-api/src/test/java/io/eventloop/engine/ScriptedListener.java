package io.eventloop.engine;

import io.eventloop.SocketOptions;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** A listening socket whose accepts answer as written down; a connection "waits" as long as an answer is left. */
final class ScriptedListener implements RawListener {
    /** Answers of accept: sockets and exceptions; none waits when it is empty. */
    final Deque<Object> answers = new ArrayDeque<>();

    /** How many waiting connections shedding finds. */
    int toShed;

    /** What happens elsewhere while an accept finds that none waits. */
    Runnable whileNoneWaits = () -> {};

    int accepts;
    int sheds;
    boolean closed;

    boolean isReadable() {
        return !answers.isEmpty();
    }

    @Override
    public RawSocket accept(SocketOptions options) throws IOException {
        accepts++;
        Object answer = answers.poll();
        if (answer == null) {
            whileNoneWaits.run();
        }
        if (answer instanceof IOException failure) {
            throw failure;
        }
        if (answer instanceof RuntimeException failure) {
            throw failure;
        }
        return (RawSocket) answer;
    }

    @Override
    public boolean shed() {
        sheds++;
        if (toShed > 0) {
            toShed--;
            return true;
        }
        return false;
    }

    @Override
    public SocketAddress localAddress() {
        return ScriptedTransport.LOCAL;
    }

    @Override
    public void close() {
        closed = true;
    }
}
