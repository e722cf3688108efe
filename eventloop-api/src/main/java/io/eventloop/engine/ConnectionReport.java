package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionTrace;
import io.eventloop.Explanation;
import io.eventloop.Explanation.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Puts into words where a connection stands: for {@link io.eventloop.Connection#explain()}, for the search of connections
 * that are stuck, and for the failures of a connection.
 *
 * <p><b>Threading:</b> loop-confined; traces are read from anywhere. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> an exception of the handler's {@code explain} becomes a part of the text.
 */
final class ConnectionReport {
    private ConnectionReport() {}

    /** Whether something is under way that ought to go on: bytes, a connect, a close, or an end to be answered. */
    static boolean isPending(SocketConnection connection) {
        Inbound in = connection.in();
        Outbound out = connection.out();
        return switch (connection.phase()) {
            case CONNECTING, CLOSING -> true;
            case CLOSED -> false;
            case OPEN ->
                out.queuedBytes() > 0
                        || in.keptBytes() > 0
                        || in.isPaused() && in.isReadable()
                        || in.isEnded() && !out.isEnding();
        };
    }

    static Explanation explain(SocketConnection connection, long nowNanos) {
        State state = connection.phase();
        ConnectionDeadlines deadlines = connection.deadlines();
        List<String> details = new ArrayList<>();
        if (state == State.CLOSED) {
            CloseReason reason = connection.life().reason();
            details.add("ended: " + reason);
        }
        details.add("reading: " + reading(connection));
        details.add("writing: " + writing(connection, nowNanos));
        if (state != State.CLOSED) {
            details.add("deadlines: " + deadlines(deadlines, nowNanos));
        }
        details.add("handler: " + handler(connection));
        return new Explanation(
                connection.id(),
                connection.remoteAddress(),
                state,
                waits(connection),
                Duration.ofNanos(deadlines.stillNanos(nowNanos)),
                details,
                connection.events().list(nowNanos));
    }

    /** Has a failure of the connection tell what came before it. */
    static void trace(SocketConnection connection, Throwable failure, long nowNanos) {
        Object remote = connection.remoteAddress();
        String figures = ", " + connection.phase() + ": "
                + connection.in().keptBytes() + " bytes unconsumed, "
                + connection.in().bytesReceived() + " received, "
                + connection.out().queuedBytes() + " queued, "
                + connection.out().bytesSent() + " sent";
        long id = connection.id();
        ConnectionEvents events = connection.events().copy();
        ConnectionTrace.attach(failure, () -> {
            StringBuilder text = new StringBuilder("connection " + id + " to " + remote + figures);
            events.list(nowNanos).forEach(event -> text.append("\n    ").append(event));
            return text.toString();
        });
    }

    private static Set<Wait> waits(SocketConnection connection) {
        Set<Wait> waits = EnumSet.noneOf(Wait.class);
        Inbound in = connection.in();
        Outbound out = connection.out();
        State state = connection.phase();
        if (state == State.CONNECTING) {
            waits.add(Wait.CONNECT);
        }
        if (state != State.OPEN && state != State.CLOSING) {
            return waits;
        }
        if (out.queuedBytes() == 0 && out.isEnding() && !out.isEnded()) {
            waits.add(Wait.LOOP);
        } else if (out.queuedBytes() > 0) {
            waits.add(out.isWritable() ? Wait.LOOP : Wait.PEER_TO_READ);
        }
        if (in.isForwardingHeld()) {
            waits.add(Wait.FORWARD_TARGET);
        } else if (in.isEnded()) {
            if (!out.isEnding()) {
                waits.add(Wait.HANDLER_TO_END);
            }
        } else if (state == State.CLOSING) {
            waits.add(Wait.PEER_TO_END);
        } else if (in.isPaused()) {
            waits.add(Wait.HANDLER_TO_RESUME);
        } else if (in.throttle().isOn()) {
            waits.add(Wait.MEMORY);
        } else if (connection.onReadyList) {
            waits.add(Wait.LOOP);
        } else {
            waits.add(in.keptBytes() > 0 ? Wait.HANDLER_TO_CONSUME : Wait.PEER_TO_SEND);
        }
        return waits;
    }

    private static String reading(SocketConnection connection) {
        Inbound in = connection.in();
        int kept = in.keptBytes();
        int limit = connection.bounds().maxInboundBytes();
        StringBuilder text = new StringBuilder();
        if (in.isEnded()) {
            text.append("ended by the peer, ");
        } else if (connection.phase() == State.CLOSING) {
            text.append("discarded since the close, ");
        } else if (in.isPaused()) {
            text.append("paused by the handler, ");
            if (in.isReadable()) {
                text.append("the peer has sent more, ");
            }
        }
        if (in.throttle().isOn()) {
            text.append("held back by the memory budget, ");
        }
        if (in.isForwarding()) {
            text.append("forwarded inside the kernel, ");
        }
        text.append(count(kept)).append(" bytes unconsumed, ");
        text.append(kept >= limit ? "at the limit of " : "at most ").append(count(limit));
        return text.append("; ")
                .append(count(in.bytesReceived()))
                .append(" received")
                .toString();
    }

    private static String writing(SocketConnection connection, long nowNanos) {
        Outbound out = connection.out();
        StringBuilder text = new StringBuilder();
        if (out.isBroken()) {
            text.append("a write failed, ");
        } else if (out.isEnded()) {
            text.append("ended, FIN sent, ");
        } else if (out.isEnding()) {
            text.append("ends after what is queued, ");
        }
        long stalledNanos = connection.deadlines().stalledNanos(nowNanos);
        if (stalledNanos >= 0) {
            text.append("none taken for ").append(seconds(stalledNanos)).append(", ");
        }
        text.append(count(out.queuedBytes())).append(" bytes queued");
        if (out.queuedBytes() > 0) {
            text.append(" in ")
                    .append(count(out.queuedWrites()))
                    .append(out.queuedWrites() == 1 ? " piece" : " pieces");
        }
        text.append(out.isAboveHigh() ? ", above the high-water mark of " : ", high-water mark ");
        text.append(count(connection.bounds().highWaterBytes()));
        text.append(", at most ").append(count(connection.bounds().maxQueuedBytes()));
        return text.append("; ").append(count(out.bytesSent())).append(" sent").toString();
    }

    private static String deadlines(ConnectionDeadlines deadlines, long nowNanos) {
        List<String> armed = new ArrayList<>();
        add(armed, deadlines.phase() + " timeout", deadlines.phaseLeftNanos(nowNanos));
        add(armed, "write timeout", deadlines.writeLeftNanos(nowNanos));
        add(armed, "idle timeout", deadlines.idleLeftNanos(nowNanos));
        return armed.isEmpty() ? "none" : String.join(", ", armed);
    }

    private static void add(List<String> armed, String name, long leftNanos) {
        if (leftNanos != ConnectionDeadlines.NONE) {
            armed.add(name + " in " + seconds(Math.max(0, leftNanos)));
        }
    }

    private static String handler(SocketConnection connection) {
        ConnectionHandler handler = connection.calls().handler();
        if (handler == null) {
            return "none yet";
        }
        String said;
        try {
            said = handler.explain(connection);
        } catch (Exception e) {
            said = "its explain() threw " + e;
        }
        return handler.getClass().getName() + (said == null || said.isEmpty() ? "" : ": " + said);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%,.3f s", nanos / 1e9);
    }
}
