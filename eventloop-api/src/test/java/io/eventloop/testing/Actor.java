package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Timer;

/**
 * A handler that does anything it may at any time: writes, holds back, consumes in part, half-closes, closes, aborts. It
 * knows its partner on the other side, so that in the end it can be told what each should have got.
 */
final class Actor implements ConnectionHandler {
    private static final int LAST_STEP_NANOS = 30_000_000;

    private final Arena arena;
    private final SeededRandom random;
    private final StreamPattern outbound;
    private StreamPattern inbound;
    private Actor partner;
    private int stepsLeft;
    private Connection connection;
    private Timer timer;
    private long written;
    private boolean outputEnded;
    private boolean inputEnded;
    private CloseReason reason;

    Actor(Arena arena, int number) {
        this.arena = arena;
        this.random = arena.random.split();
        this.outbound = new StreamPattern(arena.network, "actor " + number, number);
        this.inbound = null;
        this.stepsLeft = random.nextInt(60);
        this.number = number;
    }

    private final int number;

    void meet(Actor other) {
        partner = other;
        other.partner = this;
        inbound = new StreamPattern(arena.network, "from actor " + other.number, other.number);
        other.inbound = new StreamPattern(arena.network, "from actor " + number, number);
    }

    @Override
    public void onOpen(Connection opened) {
        connection = opened;
        timer = opened.loop().timer(this::step);
        step();
    }

    private void step() {
        if (connection.state() != Connection.State.OPEN) {
            return;
        }
        if (stepsLeft-- <= 0) {
            end();
            return;
        }
        switch (random.nextInt(13)) {
            case 0, 1, 2, 3 -> write(1 + random.nextInt(1 << random.nextInt(14)));
            case 4 -> connection.pauseReading();
            case 5, 6 -> connection.resumeReading();
            case 7 -> connection.flush();
            case 8 -> connection.limits(arena.limits());
            case 9 -> {
                if (random.nextInt(8) == 0) {
                    connection.shutdownOutput();
                    outputEnded = true;
                }
            }
            case 10 -> connection.loop().execute(() -> write(1 + random.nextInt(500)));
            case 11 -> {
                if (random.nextInt(4) == 0) {
                    ConnectionHandler before = connection.handler();
                    connection.handler(this);
                    arena.rewatch(before, connection);
                }
            }
            default -> {}
        }
        timer.scheduleNanos(random.nextInt(LAST_STEP_NANOS));
    }

    private void end() {
        connection.resumeReading();
        switch (random.nextInt(8)) {
            case 0 -> connection.abort();
            case 1 -> {}
            case 2, 3 -> {
                connection.shutdownOutput();
                outputEnded = true;
            }
            default -> {
                connection.close();
                outputEnded = true;
            }
        }
    }

    private void write(int count) {
        if (outputEnded || connection.state() != Connection.State.OPEN || !connection.isWritable()) {
            return;
        }
        if (random.nextInt(3) == 0) {
            connection.write(outbound.take(count));
        } else {
            Buffer bytes = connection.loop().buffers().acquire(count);
            outbound.write(bytes, count);
            connection.write(bytes);
        }
        written += count;
    }

    @Override
    public void onData(Connection from, Buffer in) {
        int readable = in.readableBytes();
        int count = random.nextInt(3) == 0 ? random.nextInt(readable + 1) : readable;
        inbound.check(in, count);
        if (random.nextInt(4) == 0) {
            in.detach(count).release();
        } else {
            in.skip(count);
        }
        switch (random.nextInt(80)) {
            case 0, 1, 2, 3, 4, 5 -> from.pauseReading();
            case 6, 7, 8, 9, 10, 11, 12, 13 -> write(1 + random.nextInt(2000));
            case 14 -> {
                from.close();
                outputEnded = true;
            }
            case 15 -> {
                from.abort();
                outputEnded = true;
            }
            case 16, 17 -> from.flush();
            case 18, 19 -> {
                from.pauseReading();
                from.resumeReading();
            }
            default -> {}
        }
    }

    @Override
    public void onWritable(Connection to) {
        write(1 + random.nextInt(100));
    }

    @Override
    public void onInputClosed(Connection from) {
        inputEnded = true;
        long received = inbound.position() + from.unconsumedBytes();
        arena.require(
                received == partner.written,
                "end of input after " + received + " bytes of actor " + partner.number + ", who wrote "
                        + partner.written);
        if (random.nextInt(3) != 0) {
            from.close();
            outputEnded = true;
        }
    }

    @Override
    public void onClosed(Connection over, CloseReason why) {
        reason = why;
        arena.require(!over.write(new byte[1]) || outputEnded, "a connection that is over takes bytes");
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public String toString() {
        return "actor " + number + ", wrote " + written + ", input ended " + inputEnded + ", " + reason;
    }
}
