package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Delivery;
import io.eventloop.EventLoop;
import io.eventloop.ProtocolViolationException;
import java.nio.ByteBuffer;

/** One side of a connection of {@link Unruly}: knows its partner on the other side, and what each should have got. */
final class UnrulyParty implements ConnectionHandler {
    private final Unruly unruly;
    private final SeededRandom random;
    private final int number;
    private final EventLoop loop;
    private Connection connection;
    private UnrulyParty partner;
    private ConnectionHandler watch;
    private long written;
    private long consumed;
    private boolean isJoined;
    private boolean isAccepted;
    private boolean isOpened;
    private boolean isHandlerless;
    private Throwable fatal;
    private CloseReason reason;

    UnrulyParty(Unruly unruly, int number, EventLoop loop) {
        this.unruly = unruly;
        this.random = unruly.random;
        this.number = number;
        this.loop = loop;
    }

    void begin(Connection begun) {
        connection = begun;
    }

    void meet(UnrulyParty other) {
        partner = other;
        other.partner = this;
    }

    /** What an acceptor does before it gives its handler. */
    void accepting() {
        isAccepted = true;
        isHandlerless = true;
        unruly.act(loop);
        burst();
        isHandlerless = false;
    }

    EventLoop loop() {
        return loop;
    }

    boolean isDone() {
        return connection == null || connection.state() == State.CLOSED;
    }

    Connection connection() {
        return connection;
    }

    boolean isJoined() {
        return isJoined;
    }

    /** Only those that were accepted are joined: with others, bytes could go round for ever. */
    boolean mayJoin() {
        return isAccepted && isOpened && !isJoined;
    }

    boolean isOver() {
        return reason != null || isJoined;
    }

    boolean isHandlerless() {
        return isHandlerless;
    }

    void joined(ConnectionHandler before) {
        isJoined = true;
        unruly.arena.rewatch(before, connection);
        watch = connection.handler();
    }

    private byte at(long place) {
        return (byte) (SeededRandom.mix(number + (place >>> 3)) >>> ((place & 7) << 3));
    }

    // What is done to it.

    /** Something that anyone may do. */
    void treat() {
        if (isJoined) {
            switch (random.nextInt(20)) {
                case 0 -> connection.close();
                case 1 -> connection.abort();
                default -> connection.explain();
            }
            return;
        }
        switch (random.nextInt(30)) {
            case 0, 1, 2, 3, 4 -> write(1 + random.nextInt(1 << random.nextInt(14)));
            case 5 -> {
                if (random.nextInt(8) == 0) {
                    write(60_000);
                }
            }
            case 6, 7 -> connection.flush();
            case 8, 9, 10 -> connection.pauseReading();
            case 11, 12, 13, 14, 15 -> connection.resumeReading();
            case 16 -> connection.shutdownOutput();
            case 17 -> connection.close();
            case 18 -> {
                if (random.nextInt(2) == 0) {
                    connection.abort();
                }
            }
            case 19 -> {
                if (random.nextInt(4) == 0) {
                    connection.abort(ProtocolViolationException.malformed("unruly"));
                }
            }
            case 20 -> connection.limits(nextLimits());
            case 21, 22 -> connection.readNow();
            case 23 -> replaceHandler();
            case 24 -> connection.explain();
            default -> look();
        }
    }

    private void look() {
        boolean isOpen = connection.state() == State.OPEN;
        unruly.require(isOpen || connection.state() == State.CONNECTING || !connection.isWritable(), "writable");
        unruly.require(connection.bytesReceived() >= consumed + connection.unconsumedBytes() || isJoined, "received");
        unruly.require(connection.bytesSent() + connection.queuedBytes() <= written || isJoined, "sent or queued");
        connection.delivery(0, 0);
    }

    /** With the bound of inbound bytes as it is: a check between turns would not know of a larger one within a turn. */
    private ConnectionLimits nextLimits() {
        return unruly.arena.limits().toBuilder()
                .maxInboundBytes(connection.limits().maxInboundBytes())
                .build();
    }

    private void replaceHandler() {
        if (isOpened && reason == null) {
            ConnectionHandler before = connection.handler();
            connection.handler(this);
            unruly.arena.rewatch(before, connection);
        }
    }

    private void write(int count) {
        boolean counts = !connection.isOutputEnded();
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = at(written + i);
        }
        switch (random.nextInt(3)) {
            case 0 -> connection.write(bytes);
            case 1 ->
                connection.write(ByteBuffer.allocateDirect(count).put(bytes).flip());
            default -> {
                Buffer buffer = loop.buffers().acquire(count);
                connection.write(buffer.writeBytes(bytes));
            }
        }
        if (counts) {
            written += count;
        }
    }

    // The callbacks.

    private void check(String callback, boolean isLegal) {
        unruly.require(isLegal, callback + " while the connection is " + connection.state());
        unruly.require(!isHandlerless, callback + " before the acceptor gave its handler");
    }

    private void endOfCallback() {
        unruly.act(loop);
        burst();
    }

    private void burst() {
        try {
            unruly.burst(loop);
        } catch (Unruly.Outburst e) {
            if (connection.state() != State.CLOSED) {
                fatal = e;
            }
            throw e;
        }
        if (!unruly.isQuiet() && random.nextInt(400) == 0) {
            ProtocolViolationException violation = ProtocolViolationException.tooSlow("unruly");
            if (connection.state() != State.CLOSED) {
                fatal = violation;
            }
            throw violation;
        }
    }

    @Override
    public void onOpen(Connection opened) {
        check("onOpen", opened.state() == State.OPEN && opened == connection);
        isOpened = true;
        Unruly.attempt(() -> write(1 + random.nextInt(2000)));
        endOfCallback();
    }

    @Override
    public void onData(Connection from, Buffer in) {
        check("onData", from.state() == State.OPEN && !from.isReadingPaused());
        boolean isBefore = random.nextInt(2) == 0;
        if (isBefore) {
            consume(in);
        }
        unruly.act(loop);
        if (!isBefore && !isJoined) {
            consume(in);
        }
        burst();
    }

    private void consume(Buffer in) {
        int count = random.nextInt(3) == 0 ? random.nextInt(in.readableBytes() + 1) : in.readableBytes();
        if (unruly.isQuiet()) {
            count = in.readableBytes();
        }
        for (int i = 0; i < count && partner != null && !partner.isJoined; i++) {
            if (in.getByte(in.readIndex() + i) != partner.at(consumed + i)) {
                unruly.require(false, "byte " + (consumed + i) + " of " + partner + " is wrong");
                break;
            }
        }
        consumed += count;
        if (random.nextInt(4) == 0) {
            in.detach(count).release();
        } else {
            in.skip(count);
        }
    }

    @Override
    public void onWritable(Connection to) {
        check("onWritable", to.state() == State.OPEN && !to.isOutputEnded());
        if (random.nextInt(2) == 0) {
            Unruly.attempt(() -> write(1 + random.nextInt(500)));
        }
        endOfCallback();
    }

    @Override
    public void onInputClosed(Connection from) {
        check("onInputClosed", from.state() == State.OPEN);
        long received = consumed + from.unconsumedBytes();
        unruly.require(
                partner == null || partner.isJoined || received == partner.written,
                "end of input after " + received + " bytes of " + partner);
        if (random.nextInt(2) == 0 || unruly.isQuiet()) {
            from.close();
        }
        endOfCallback();
    }

    @Override
    public boolean onIdle(Connection quiet) {
        check("onIdle", quiet.state() == State.OPEN);
        endOfCallback();
        return unruly.isQuiet() || random.nextInt(2) == 0;
    }

    @Override
    public void onDrain(Connection drained) {
        check("onDrain", drained.state() == State.OPEN);
        endOfCallback();
    }

    @Override
    public String explain(Connection explained) {
        if (random.nextInt(10) == 0) {
            throw new IllegalStateException("unruly");
        }
        return "anything";
    }

    @Override
    public void onClosed(Connection over, CloseReason why) {
        check("onClosed", over.state() == State.CLOSED);
        unruly.require(reason == null, "two ends");
        reason = why;
        if (fatal != null) {
            unruly.require(
                    why.failure().orElse(null) == fatal || why.kind() == Kind.LOOP_FAILED,
                    "threw " + fatal + ", and ended by " + why);
        } else {
            unruly.require(why.kind() != Kind.HANDLER_FAILED, "did not throw, and ended by " + why);
        }
        if (why.kind() == Kind.SHUT_DOWN) {
            unruly.checkShutDown(loop);
        }
        unruly.require(!over.write(new byte[1]) && !over.isWritable(), "a connection that is over takes bytes");
        unruly.require(over.bytesReceived() >= consumed, "received less than was consumed");
        unruly.require(over.bytesSent() <= written, "sent more than was written");
        unruly.require(!why.isOrderly() || over.bytesSent() == written, "an orderly end of " + this + ": " + why);
        if (over.delivery(0, 0) == Delivery.NOTHING_SENT) {
            unruly.require(partner == null || partner.consumed == 0, "nothing sent, and something came");
        }
        endOfCallback();
    }

    void checkEnd() {
        if (isJoined) {
            unruly.require(((LegalOrder) watch).isClosed(), "the end of a joined connection is not told");
            return;
        }
        unruly.require(reason != null || isHandlerless, this + " never ends");
        if (partner != null && !partner.isJoined) {
            unruly.require(consumed <= partner.connection.bytesSent(), this + " got more than was sent");
        }
    }

    @Override
    public String toString() {
        return "party " + number + ", wrote " + written + ", consumed " + consumed + ", " + reason;
    }
}
