package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ProtocolViolationException;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.StreamPattern;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * One end of a connection over TLS, whose callbacks do anything to any end on the same host. It checks that it is called in order,
 * with the right bytes, and that the figures of its connection are true.
 */
final class UnrulySide {
    private static final int MOST_BYTES = 200_000;

    private final UnrulyScenario scenario;
    private final UnrulyScenario.Host host;
    private final SeededRandom random;
    private final boolean isClient;
    private Connection connection;
    private Hat hat = new Hat();
    private StreamPattern outbound;
    private StreamPattern inbound;
    private long written;
    private long consumed;
    private boolean isOpen;
    private boolean isInputClosed;
    private boolean isOffered;
    private boolean hasThrown;
    private Exception thrown;
    private CloseReason reason;

    /** The client's, by which the other side of it is found. */
    int port;

    UnrulySide(UnrulyScenario scenario, UnrulyScenario.Host host, boolean isClient) {
        this.scenario = scenario;
        this.host = host;
        this.isClient = isClient;
        random = scenario.random();
    }

    ConnectionHandler handler() {
        return hat;
    }

    /** Before its first callback. */
    void meet(Connection made) {
        connection = made;
    }

    boolean wasOpen() {
        return isOpen;
    }

    boolean isClosed() {
        return reason != null;
    }

    long written() {
        return written;
    }

    private void learnPeer() {
        if (outbound == null) {
            int port =
                    ((InetSocketAddress) (isClient ? connection.localAddress() : connection.remoteAddress())).getPort();
            outbound = new StreamPattern(scenario.network(), "out " + this, isClient ? port : -port);
            inbound = new StreamPattern(scenario.network(), "in " + this, isClient ? -port : port);
            scenario.met(this, isClient, port);
        }
    }

    private void require(boolean holds, String what) {
        scenario.require(holds, what + ": " + this);
    }

    /** Does something to it; who does it may be another one. */
    void suffer() {
        if (connection == null || isClosed()) {
            return;
        }
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5 -> write();
            case 6 -> connection.pauseReading();
            case 7, 8, 9 -> connection.resumeReading();
            case 10, 11 -> connection.flush();
            case 12 -> {
                if (random.nextInt(3) == 0) {
                    connection.shutdownOutput();
                }
            }
            case 13 -> {
                if (random.nextInt(4) == 0) {
                    connection.close();
                }
            }
            case 14 -> {
                if (random.nextInt(8) == 0) {
                    connection.abort();
                }
            }
            case 15 -> connection.readNow();
            case 16 -> {
                hat = new Hat();
                connection.handler(hat);
            }
            case 17 -> connection.limits(scenario.limits());
            case 18 -> {
                if (random.nextInt(8) == 0) {
                    connection.abort(ProtocolViolationException.malformed("on purpose"));
                }
            }
            case 19 -> later(0);
            case 20 -> later(random.nextInt(2000));
            default -> TlsInfo.of(connection);
        }
    }

    private void later(int millis) {
        try {
            connection.loop().schedule(Duration.ofMillis(millis), host::endOfCallback);
        } catch (RejectedExecutionException e) {
            // The loop is about to end.
        }
    }

    private void write() {
        boolean isAccepted = connection.state() == Connection.State.OPEN && !connection.isOutputEnded();
        if (!isAccepted || outbound == null || written > MOST_BYTES) {
            return;
        }
        int count = 1 + random.nextInt(1 << random.nextInt(15));
        written += count;
        if (random.nextInt(2) == 0) {
            connection.write(outbound.take(count));
        } else {
            Buffer bytes = connection.loop().buffers().acquire(count);
            outbound.write(bytes, count);
            connection.write(bytes);
        }
    }

    private void checkFigures() {
        if (connection.state() == Connection.State.OPEN) {
            require(
                    connection.bytesSent() + connection.queuedBytes() == written,
                    connection.bytesSent() + " sent, " + connection.queuedBytes() + " queued of " + written);
            require(
                    isInputClosed || connection.bytesReceived() == consumed + connection.unconsumedBytes(),
                    connection.bytesReceived() + " received, " + connection.unconsumedBytes() + " unconsumed, "
                            + consumed + " consumed");
        }
    }

    /** Has all gone its way in the end. */
    void check() {
        require(reason != null || connection == null, "onClosed never came");
    }

    @Override
    public String toString() {
        return (isClient ? "client" : "server") + " side, open " + isOpen + ", input closed " + isInputClosed
                + ", thrown " + hasThrown + ", over " + reason + ", " + connection;
    }

    /** What it wears as a handler now. */
    private final class Hat implements ConnectionHandler {

        private void begin(String callback, boolean isLegal) {
            require(isLegal, callback + " out of order");
            require(hat == this, callback + " of a handler that was replaced");
            require(!hasThrown, callback + " after an exception");
        }

        /** Whether what is thrown now is not the reason of its end any more. */
        private boolean isOver() {
            return connection.state() == Connection.State.CLOSED
                    || ((TlsConnection) connection).transport().state() != Connection.State.OPEN;
        }

        private void end() {
            checkFigures();
            boolean wasOver = isOver();
            try {
                host.endOfCallback();
                wasOver = isOver();
                if (random.nextInt(60) == 0) {
                    throw ProtocolViolationException.malformed("on purpose");
                }
            } catch (RuntimeException e) {
                hasThrown = true;
                // One of the host's comes after others have done things to this.
                thrown = wasOver || e instanceof UnrulyScenario.Outburst && isOver() ? null : e;
                throw e;
            }
        }

        @Override
        public void onOpen(Connection opened) {
            begin("onOpen", !isOpen && !isClosed());
            isOpen = true;
            require(connection == opened, "another connection");
            learnPeer();
            write();
            end();
        }

        @Override
        public void onData(Connection from, Buffer in) {
            begin("onData", isOpen && !isInputClosed && !isClosed() && !isOffered);
            require(from.state() == Connection.State.OPEN, "onData while " + from.state());
            require(!from.isReadingPaused(), "onData while paused");
            isOffered = true;
            try {
                int readable = in.readableBytes();
                require(readable > 0, "onData without bytes");
                int count = random.nextInt(4) == 0 ? random.nextInt(readable) : readable;
                inbound.check(in, count);
                consumed += count;
                if (count == readable && random.nextInt(4) == 0) {
                    in.detach().release();
                } else {
                    in.skip(count);
                }
                end();
            } finally {
                isOffered = false;
            }
        }

        @Override
        public void onWritable(Connection from) {
            begin("onWritable", isOpen && !isClosed());
            require(from.state() == Connection.State.OPEN, "onWritable while " + from.state());
            write();
            end();
        }

        @Override
        public void onInputClosed(Connection from) {
            begin("onInputClosed", isOpen && !isInputClosed && !isClosed());
            isInputClosed = true;
            scenario.ended(UnrulySide.this, isClient, inbound.position() + from.unconsumedBytes());
            if (random.nextInt(2) == 0) {
                from.close();
            }
            end();
        }

        @Override
        public boolean onIdle(Connection from) {
            begin("onIdle", isOpen && !isClosed());
            end();
            return random.nextInt(2) == 0;
        }

        @Override
        public void onDrain(Connection from) {
            begin("onDrain", isOpen && !isClosed());
            end();
        }

        @Override
        public void onClosed(Connection over, CloseReason why) {
            require(!isClosed(), "onClosed twice");
            require(hat == this, "onClosed of a handler that was replaced");
            require(over.state() == Connection.State.CLOSED, "onClosed while " + over.state());
            reason = why;
            require(thrown == null || why.failure().orElse(null) == thrown, "another reason than " + thrown);
            require(!over.write(new byte[1]) && over.queuedBytes() == 0, "a write after the end");
            host.endOfCallback();
        }
    }
}
