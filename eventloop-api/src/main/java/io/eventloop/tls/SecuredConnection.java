package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.ProtocolViolationException;
import io.eventloop.engine.Layer;
import io.eventloop.engine.Layering;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A connection over TLS: its public face and the calls to its handler. The rest is the matter of {@link RecordPump},
 * {@link PlainInbound}, {@link PlainOutbound} and {@link SecuredLife}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns the connection below. <b>Failure:</b> see {@link Connection}.
 */
final class SecuredConnection implements TlsConnection {
    private final EventLoop loop;
    private final TlsOptions options;
    private final SecuredLife life;
    private final PlainInbound in;
    private final PlainOutbound out;
    private final Runnable visit = this::visit;
    private RecordPump pump;
    private Connection below;
    private ConnectionHandler handler;
    private ConnectionLimits limits;
    private boolean visiting;

    SecuredConnection(EventLoop loop, TlsOptions options, ConnectionLimits limits) {
        this.loop = loop;
        this.options = options;
        this.limits = limits;
        life = new SecuredLife(this, options);
        in = new PlainInbound(this);
        out = new PlainOutbound(this, options.recordSize());
    }

    /** Waits for a client's first message on a connection that is open. */
    void serve(Connection accepted, HandshakeSide side) {
        prepare(side);
        below = accepted;
        below.limits(TlsOptions.below(limits));
        Layering.yields(below, true);
        life.begin();
    }

    /** The handler of the connection below. */
    RecordPump prepare(HandshakeSide side) {
        pump = new RecordPump(this, options, side);
        handler = side.early().orElse(null);
        return pump;
    }

    void connecting(Connection made) {
        below = made;
    }

    SecuredLife life() {
        return life;
    }

    PlainInbound in() {
        return in;
    }

    PlainOutbound out() {
        return out;
    }

    RecordPump pump() {
        return pump;
    }

    /** Has it visited before connections are flushed. */
    void visitSoon() {
        if (!visiting) {
            visiting = true;
            Layering.visit(loop, visit);
        }
    }

    private void visit() {
        visiting = false;
        try {
            in.visit();
            out.encrypt();
        } catch (RuntimeException e) {
            Layering.failed(loop, this + " failed", e);
            life.end(Initiator.LIBRARY, Kind.SYSTEM_FAILED, e);
        }
    }

    // What it holds, and what a layer above it does.

    long heldOutboundBytes() {
        return out.heldBytes() + (handler instanceof Layer above ? above.heldOutboundBytes() : 0);
    }

    long heldInboundBytes() {
        return in.heldBytes() + (handler instanceof Layer above ? above.heldInboundBytes() : 0);
    }

    void discard() {
        life.lost();
        in.clear();
        out.clear();
        if (handler instanceof Layer above) {
            above.discard();
        }
    }

    // Calls to the handler.

    /** The handshake is over. */
    void opened() {
        life.opened();
        try {
            if (handler == null) {
                handler = pump.side().handler(this);
            }
            handler.onOpen(this);
        } catch (Exception e) {
            failed("onOpen", e);
        }
        if (in.isPaused() && life.state() == State.OPEN) {
            below.pauseReading();
        }
        visitSoon();
    }

    void offer(Buffer plaintext) {
        try {
            handler.onData(this, plaintext);
        } catch (Exception e) {
            failed("onData", e);
        }
    }

    void writable() {
        try {
            handler.onWritable(this);
        } catch (Exception e) {
            failed("onWritable", e);
        }
    }

    void inputClosed() {
        try {
            handler.onInputClosed(this);
        } catch (Exception e) {
            failed("onInputClosed", e);
        }
    }

    /** Whether it is to end, having been idle. */
    boolean idle() {
        if (life.state() != State.OPEN) {
            return false;
        }
        try {
            return handler.onIdle(this);
        } catch (Exception e) {
            failed("onIdle", e);
            return false;
        }
    }

    void drain() {
        if (life.state() == State.OPEN) {
            try {
                handler.onDrain(this);
            } catch (Exception e) {
                failed("onDrain", e);
            }
        }
    }

    /** The connection below is over. */
    void closed(CloseReason reasonBelow) {
        in.clear();
        out.over();
        CloseReason reason = life.closed(reasonBelow);
        if (handler != null) {
            handler.onClosed(this, reason);
        }
    }

    private void failed(String callback, Exception e) {
        if (e instanceof ProtocolViolationException violation) {
            life.end(Initiator.LIBRARY, violation.kind(), violation);
            return;
        }
        Layering.failed(loop, this + ": " + callback + " of " + handler + " threw", e);
        life.end(Initiator.LIBRARY, Kind.HANDLER_FAILED, e);
    }

    // The public face.

    @Override
    public Optional<TlsInfo> info() {
        Layering.check(loop);
        return pump.info();
    }

    @Override
    public Connection transport() {
        return below;
    }

    @Override
    public long id() {
        return below.id();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public State state() {
        Layering.check(loop);
        return life.state();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }

    @Override
    public ConnectionHandler handler() {
        Layering.check(loop);
        return handler;
    }

    @Override
    public void handler(ConnectionHandler next) {
        Layering.check(loop);
        handler = Objects.requireNonNull(next);
        in.offerKept();
    }

    @Override
    public void pauseReading() {
        Layering.check(loop);
        in.pause();
    }

    @Override
    public void resumeReading() {
        Layering.check(loop);
        in.resume();
    }

    @Override
    public boolean isReadingPaused() {
        Layering.check(loop);
        return in.isPaused();
    }

    @Override
    public int unconsumedBytes() {
        Layering.check(loop);
        return in.keptBytes();
    }

    @Override
    public boolean write(Buffer bytes) {
        Layering.check(loop);
        return out.write(bytes);
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        Layering.check(loop);
        return out.write(bytes);
    }

    @Override
    public boolean write(byte[] bytes) {
        Layering.check(loop);
        return out.write(bytes);
    }

    @Override
    public boolean write(FileChannel file, long position, long count) {
        Layering.check(loop);
        return out.write(file, position, count, false);
    }

    @Override
    public boolean writeAndClose(FileChannel file, long position, long count) {
        Layering.check(loop);
        return out.write(file, position, count, true);
    }

    @Override
    public void flush() {
        Layering.check(loop);
        out.encrypt();
        below.flush();
    }

    @Override
    public boolean isWritable() {
        Layering.check(loop);
        return out.isOpen() && !out.isAboveHigh();
    }

    @Override
    public boolean isInputEnded() {
        Layering.check(loop);
        return in.isEnded();
    }

    @Override
    public boolean isOutputEnded() {
        Layering.check(loop);
        return !out.isOpen();
    }

    @Override
    public long queuedBytes() {
        Layering.check(loop);
        return out.queuedBytes();
    }

    /** False always: the kernel does not have the keys. */
    @Override
    public boolean forwardTo(Connection target, LongConsumer moved) {
        Layering.check(loop);
        return false;
    }

    @Override
    public void shutdownOutput() {
        Layering.check(loop);
        life.shutdownOutput();
    }

    @Override
    public void close() {
        Layering.check(loop);
        life.close();
    }

    @Override
    public void abort() {
        Layering.check(loop);
        life.abort();
    }

    @Override
    public void abort(ProtocolViolationException violation) {
        Layering.check(loop);
        life.end(Initiator.LIBRARY, violation.kind(), violation);
    }

    @Override
    public boolean readNow() {
        Layering.check(loop);
        return life.state() == State.OPEN && !in.isOffering() && below.readNow();
    }

    @Override
    public ConnectionLimits limits() {
        Layering.check(loop);
        return limits;
    }

    @Override
    public void limits(ConnectionLimits next) {
        Layering.check(loop);
        limits = next;
        below.limits(TlsOptions.below(next));
    }

    @Override
    public long bytesReceived() {
        Layering.check(loop);
        return in.bytesReceived();
    }

    @Override
    public long bytesSent() {
        Layering.check(loop);
        return out.bytesSent();
    }

    @Override
    public <T> void option(SocketOption<T> option, T value) throws IOException {
        below.option(option, value);
    }

    @Override
    public <T> T option(SocketOption<T> option) throws IOException {
        return below.option(option);
    }

    @Override
    public String toString() {
        return "TLS " + life.state() + " over " + below;
    }
}
