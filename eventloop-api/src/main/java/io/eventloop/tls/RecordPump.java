package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionHandler;
import io.eventloop.engine.Layer;
import io.eventloop.engine.Layering;
import io.eventloop.tls.TlsEngine.InputState;
import io.eventloop.tls.TlsEngine.Need;
import io.eventloop.tls.TlsException.Alert;
import java.util.Optional;

/**
 * The handler of the connection below: moves records between it and the engine, and has handshake tasks run. Ciphertext that
 * cannot be used yet stays with the connection below.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns the engine; it is left alone while a task runs elsewhere.
 *
 * <p><b>Failure:</b> tells the {@link SecuredLife}.
 */
final class RecordPump implements ConnectionHandler, Layer {
    private static final int ALERT_RECORD = 21;
    private static final int FATAL = 2;

    private final SecuredConnection connection;
    private final TlsOptions options;
    private final HandshakeSide side;
    private TlsEngine engine;
    private boolean frozen;
    private boolean draining;

    /** The task that runs elsewhere or waits for it, null if there is none. */
    private WaitingTask task;

    /** Whether there was a task before: what it cost should not have been for nothing. */
    private boolean halfDone;

    /** What a task threw, from the moment it is done on. */
    private volatile Throwable taskFailure;

    RecordPump(SecuredConnection connection, TlsOptions options, HandshakeSide side) {
        this.connection = connection;
        this.options = options;
        this.side = side;
    }

    HandshakeSide side() {
        return side;
    }

    /** Whether a task runs elsewhere: the engine must not be touched. */
    boolean isFrozen() {
        return frozen;
    }

    TlsEngine engine() {
        return engine;
    }

    Optional<TlsInfo> info() {
        return engine != null && !frozen && engine.isEstablished() ? Optional.of(engine.info()) : Optional.empty();
    }

    @Override
    public void onOpen(Connection below) {
        if (side instanceof ClientSide client) {
            connection.life().begin();
            Layering.yields(below, true);
            try {
                options.counters().begun.increment();
                engine = client.engine();
                sendOwn();
            } catch (TlsException e) {
                connection.life().fail(e);
            } catch (BufferLimitExceededException e) {
                connection.life().end(Initiator.LIBRARY, Kind.OUT_OF_MEMORY, e);
            }
        }
    }

    @Override
    public void onData(Connection below, Buffer in) {
        SecuredLife life = connection.life();
        if (frozen && !life.isDiscarding()) {
            // Not before there is something: the end of a client that gave up is to be seen.
            below.pauseReading();
            return;
        }
        if (!life.isDiscarding()) {
            try {
                pump(in);
            } catch (TlsException e) {
                life.fail(e);
            } catch (BufferLimitExceededException e) {
                life.end(Initiator.LIBRARY, Kind.OUT_OF_MEMORY, e);
            }
        }
        if (life.isDiscarding()) {
            in.skip(in.readableBytes());
        }
    }

    private boolean chooseEngine(Buffer in) throws TlsException {
        if (engine == null) {
            Optional<TlsEngine> chosen = side.engine(in);
            if (chosen.isEmpty()) {
                return false;
            }
            options.counters().begun.increment();
            engine = chosen.get();
        }
        return true;
    }

    private boolean mayDecrypt() {
        State state = connection.life().state();
        return !frozen
                && !connection.in().isEnding()
                && (state == State.CONNECTING
                        || state == State.OPEN && !connection.in().isPaused());
    }

    private void pump(Buffer in) throws TlsException {
        if (!chooseEngine(in)) {
            return;
        }
        PlainInbound inbound = connection.in();
        while (mayDecrypt()) {
            Need need = inbound.fill(engine, in);
            sendOwn();
            openIfEstablished();
            inbound.offer();
            if (engine.inputState() == InputState.CLOSE_NOTIFY) {
                in.skip(in.readableBytes());
                inbound.end();
                return;
            }
            if (need == Need.TASK && !runTask()) {
                if (in.isReadable()) {
                    connection.transport().pauseReading();
                }
                return;
            }
            if (need == Need.INPUT) {
                return;
            }
        }
    }

    /** Sends what the engine has to say. */
    void sendOwn() throws TlsException {
        while (engine.hasOutput()) {
            Buffer records = connection.loop().buffers().acquire(TlsEngine.MAX_RECORD_BYTES);
            boolean written = false;
            try {
                engine.drain(records);
                written = records.isReadable();
            } finally {
                if (!written) {
                    records.release();
                }
            }
            if (!written) {
                return;
            }
            connection.transport().write(records);
        }
    }

    private void openIfEstablished() {
        if (engine.isEstablished() && connection.life().state() == State.CONNECTING) {
            Layering.yields(connection.transport(), false);
            options.counters().established.increment();
            if (engine.info().resumed()) {
                options.counters().resumed.increment();
            }
            connection.opened();
            if (draining) {
                connection.drain();
            }
        }
    }

    /** Runs a task, or has it run. Returns whether it is done. */
    private boolean runTask() {
        Runnable work = engine.handshakeTask();
        if (options.executor().isOnLoop()) {
            work.run();
            return true;
        }
        frozen = true;
        task = new WaitingTask(halfDone || side.isUrgent(), () -> runElsewhere(work), this::shed);
        halfDone = true;
        options.executor().execute(task);
        return false;
    }

    private void runElsewhere(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            taskFailure = e;
        } finally {
            // What follows is work as well, so established connections go first.
            Layering.order(connection.loop(), () -> Layering.yielding(connection.loop(), this::thawed));
        }
    }

    private void shed() {
        Layering.order(connection.loop(), () -> {
            if (connection.life().state() != State.CLOSED) {
                options.counters().shed.increment();
                connection
                        .life()
                        .end(
                                Initiator.LIBRARY,
                                Kind.OVERLOADED,
                                new TlsException(Alert.NONE, "too many handshakes wait, and this one waited longest"));
            }
        });
    }

    /** A task that ran elsewhere is done. */
    private void thawed() {
        frozen = false;
        task = null;
        SecuredLife life = connection.life();
        if (life.isDiscarding()) {
            return;
        }
        if (taskFailure != null) {
            Layering.failed(connection.loop(), connection + ": a handshake task failed", taskFailure);
            life.end(Initiator.LIBRARY, Kind.SYSTEM_FAILED, taskFailure);
            return;
        }
        try {
            sendOwn();
            while (engine.needsTask()) {
                if (!runTask()) {
                    return;
                }
                sendOwn();
            }
            openIfEstablished();
            if (mayDecrypt()) {
                connection.transport().resumeReading();
            }
            connection.visitSoon();
        } catch (TlsException e) {
            life.fail(e);
        } catch (BufferLimitExceededException e) {
            life.end(Initiator.LIBRARY, Kind.OUT_OF_MEMORY, e);
        } catch (RuntimeException e) {
            Layering.failed(connection.loop(), connection + " failed", e);
            life.end(Initiator.LIBRARY, Kind.SYSTEM_FAILED, e);
        }
    }

    /** Tells the peer what was wrong. Returns false if there is no way to. */
    boolean sendAlert(TlsException failure) {
        if (frozen || failure.alert() == Alert.NONE) {
            return false;
        }
        Buffer alert;
        try {
            alert = connection.loop().buffers().acquire(TlsEngine.MAX_RECORD_BYTES);
        } catch (BufferLimitExceededException e) {
            // The connection ends all the same, only without a word.
            return false;
        }
        try {
            if (engine == null) {
                // Nothing is encrypted yet. RFC 8446 §5.1: the version is that of TLS 1.2 for ever.
                alert.writeByte(ALERT_RECORD).writeShort(ClientHello.TLS_1_2).writeShort(2);
                alert.writeByte(FATAL).writeByte(failure.alert().number());
            } else {
                engine.drain(alert);
            }
        } catch (TlsException e) {
            // There is no more to tell.
            alert.clear();
        }
        boolean isTold = alert.isReadable();
        connection.transport().write(alert);
        return isTold;
    }

    @Override
    public void onWritable(Connection below) {
        connection.out().left();
    }

    @Override
    public void onInputClosed(Connection below) {
        SecuredLife life = connection.life();
        if (life.isDiscarding() || connection.in().isEnding()) {
            return;
        }
        if (life.state() == State.CONNECTING) {
            life.failedByPeer(new TlsException(Alert.NONE, "the peer ended within the handshake"));
        } else {
            if (!frozen) {
                engine.endInput();
            }
            options.counters().truncated.increment();
            TlsException failure =
                    new TlsException(Alert.NONE, "the peer's bytes ended without close_notify: some may be missing");
            life.end(Initiator.PEER, Kind.TLS_TRUNCATED, failure);
        }
    }

    @Override
    public boolean onIdle(Connection below) {
        return connection.idle();
    }

    @Override
    public void onDrain(Connection below) {
        draining = true;
        connection.drain();
    }

    @Override
    public long heldOutboundBytes() {
        return connection.heldOutboundBytes();
    }

    @Override
    public long heldInboundBytes() {
        return connection.heldInboundBytes();
    }

    @Override
    public void discard() {
        connection.discard();
    }

    @Override
    public void onClosed(Connection below, CloseReason reason) {
        if (task != null) {
            options.executor().forget(task);
        }
        connection.closed(reason);
    }

    @Override
    public String toString() {
        return "TLS for " + side.early().map(String::valueOf).orElse("an accepted connection");
    }
}
