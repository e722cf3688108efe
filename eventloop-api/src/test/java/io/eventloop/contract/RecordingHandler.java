package io.eventloop.contract;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The handler of one connection that keeps what happened, checks the legal order of callbacks, and does in each what a
 * test asks for; by default it consumes and keeps all bytes. Tests wait on it from their own thread.
 */
public final class RecordingHandler implements ConnectionHandler {

    /** A callback. */
    public enum Event {
        OPEN,
        DATA,
        WRITABLE,
        INPUT_CLOSED,
        IDLE,
        DRAIN,
        CLOSED
    }

    private final List<Event> events = new ArrayList<>();
    private final List<Event> finished = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Connection connection;
    private volatile CloseReason reason;
    private boolean joinedLate;
    private boolean isReplaced;

    private volatile Consumer<Connection> opening = c -> {};
    private volatile BiConsumer<Connection, Buffer> reading = (c, in) -> keep(in);
    private volatile Consumer<Connection> resuming = c -> {};
    private volatile Consumer<Connection> endingInput = ConnectionHandler.super::onInputClosed;
    private volatile Predicate<Connection> idling = c -> true;
    private volatile Consumer<Connection> draining = c -> {};
    private volatile BiConsumer<Connection, CloseReason> ending = (c, r) -> {};

    /** What to do in {@code onOpen}. */
    public RecordingHandler whenOpen(Consumer<Connection> action) {
        opening = action;
        return this;
    }

    /** What to do in {@code onData} instead of {@link #keep}. */
    public RecordingHandler whenData(BiConsumer<Connection, Buffer> action) {
        reading = action;
        return this;
    }

    /** What to do in {@code onWritable}. */
    public RecordingHandler whenWritable(Consumer<Connection> action) {
        resuming = action;
        return this;
    }

    /** What to do in {@code onInputClosed} instead of the default. */
    public RecordingHandler whenInputClosed(Consumer<Connection> action) {
        endingInput = action;
        return this;
    }

    /** What to answer in {@code onIdle}. */
    public RecordingHandler whenIdle(Predicate<Connection> answer) {
        idling = answer;
        return this;
    }

    /** What to do in {@code onDrain}. */
    public RecordingHandler whenDrain(Consumer<Connection> action) {
        draining = action;
        return this;
    }

    /** What to do in {@code onClosed}. */
    public RecordingHandler whenClosed(BiConsumer<Connection, CloseReason> action) {
        ending = action;
        return this;
    }

    /** For a handler that replaces another: it gets no {@code onOpen}. */
    public RecordingHandler joiningLate() {
        joinedLate = true;
        return this;
    }

    /** For a handler that another replaces: it gets no {@code onClosed}. */
    public RecordingHandler replaced() {
        isReplaced = true;
        return this;
    }

    /** Whether this handler has had the calls of {@code onClosed} it should have by the end of a test. */
    public synchronized boolean isComplete() {
        boolean ends = !events.isEmpty() && !isReplaced;
        return Collections.frequency(events, Event.CLOSED) == (ends ? 1 : 0);
    }

    @Override
    public void onOpen(Connection c) {
        during(Event.OPEN, c, () -> opening.accept(c));
    }

    @Override
    public void onData(Connection c, Buffer in) {
        check(in.isReadable(), "onData without a byte");
        during(Event.DATA, c, () -> reading.accept(c, in));
    }

    @Override
    public void onWritable(Connection c) {
        during(Event.WRITABLE, c, () -> resuming.accept(c));
    }

    @Override
    public void onInputClosed(Connection c) {
        during(Event.INPUT_CLOSED, c, () -> endingInput.accept(c));
    }

    @Override
    public boolean onIdle(Connection c) {
        boolean[] answer = new boolean[1];
        during(Event.IDLE, c, () -> answer[0] = idling.test(c));
        return answer[0];
    }

    @Override
    public void onDrain(Connection c) {
        during(Event.DRAIN, c, () -> draining.accept(c));
    }

    @Override
    public void onClosed(Connection c, CloseReason r) {
        reason = r;
        during(Event.CLOSED, c, () -> ending.accept(c, r));
    }

    /** Tests that wait for a callback go on when it has returned. */
    private void during(Event event, Connection c, Runnable action) {
        begin(event, c);
        try {
            action.run();
        } finally {
            finish(event);
        }
    }

    private synchronized void begin(Event event, Connection c) {
        check(c.loop().inLoop(), event + " on thread " + Thread.currentThread().getName());
        check(connection == null || connection == c, event + " of another connection");
        check(!events.contains(Event.CLOSED), event + " after CLOSED");
        check(events.size() == finished.size(), event + " within " + events);
        if (event == Event.OPEN) {
            check(events.isEmpty() && !joinedLate, "OPEN after " + events);
        } else if (event != Event.CLOSED) {
            check(joinedLate || events.contains(Event.OPEN), event + " before OPEN");
        }
        if (event == Event.DATA || event == Event.INPUT_CLOSED) {
            check(!events.contains(Event.INPUT_CLOSED), event + " after INPUT_CLOSED");
        }
        connection = c;
        events.add(event);
    }

    private synchronized void finish(Event event) {
        finished.add(event);
        notifyAll();
    }

    /** Consumes the readable bytes into what {@link #received} gives. */
    public void keep(Buffer in) {
        keep(in, in.readableBytes());
    }

    /** Consumes so many readable bytes, or as many as there are, into what {@link #received} gives. */
    public synchronized void keep(Buffer in, int atMost) {
        byte[] bytes = new byte[Math.min(atMost, in.readableBytes())];
        in.readBytes(bytes, 0, bytes.length);
        received.writeBytes(bytes);
        notifyAll();
    }

    private synchronized void check(boolean legal, String violation) {
        if (!legal) {
            violations.add(violation);
        }
    }

    /** Waits for {@code onOpen}. */
    public Connection opened() {
        return seen(Event.OPEN, 1);
    }

    /** Waits for {@code onClosed}. */
    public synchronized CloseReason closed() {
        Await.notified(this, "onClosed", this::isClosed, this::toString);
        return reason;
    }

    /** Waits until a callback was made so many times; fails at once if the connection ends before. */
    public synchronized Connection seen(Event event, int times) {
        await(event + " × " + times, () -> Collections.frequency(finished, event) >= times);
        return connection;
    }

    /**
     * Waits for so many bytes and returns all there are; fails at once if the connection ends before. Patience begins
     * anew with each byte that comes, however long all of them take.
     */
    public synchronized byte[] received(int atLeast) {
        while (received.size() < atLeast) {
            int before = received.size();
            await(atLeast + " bytes", () -> received.size() > before);
        }
        return received.toByteArray();
    }

    private void await(String what, BooleanSupplier condition) {
        Await.notified(this, what, () -> condition.getAsBoolean() || isClosed(), this::toString);
        if (!condition.getAsBoolean()) {
            throw new AssertionError("ended before " + what + ": " + this);
        }
    }

    private boolean isClosed() {
        return finished.contains(Event.CLOSED);
    }

    /** How often a callback was made until now. */
    public synchronized int count(Event event) {
        return Collections.frequency(events, event);
    }

    /** The callbacks until now. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** Callbacks that broke the legal order, the right thread or the right number. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public synchronized String toString() {
        return events + ", " + received.size() + " bytes, " + (reason == null ? "open" : reason.toString());
    }
}
