package io.eventloop;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a connection waits for at one moment, and what led to it. {@link #toString()} is the text for a bug report.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none: it keeps no connection and no buffer alive. <b>Failure:</b> none.
 *
 * @param connectionId {@link Connection#id()}
 * @param remoteAddress {@link Connection#remoteAddress()}
 * @param state where it stands
 * @param waits what it waits for, in the order of {@link Wait}; empty once it is over
 * @param sinceProgress for how long no byte has moved, zero if that is not known; if queued bytes are not taken, for how
 *     long they have not been
 * @param details a line each for reading, writing, deadlines and the handler, and what layers above the socket add
 * @param events what became of it, oldest first: its beginning and the last time of each of the last few kinds of event
 */
public record Explanation(
        long connectionId,
        SocketAddress remoteAddress,
        Connection.State state,
        Set<Wait> waits,
        Duration sinceProgress,
        List<String> details,
        List<Event> events) {

    /** What a connection may wait for. */
    public enum Wait {
        /** The connect is under way. */
        CONNECT("the connect to succeed or fail"),
        /** The peer, or the network on the way to it, takes no more bytes. */
        PEER_TO_READ("the peer to take what is queued"),
        /** Nothing has come that was not consumed. */
        PEER_TO_SEND("the peer to send"),
        /** We have ended our output and the peer has not yet: a close is under way. */
        PEER_TO_END("the peer to end its output"),
        /** The handler left bytes unconsumed, as it does with the first part of a message. */
        HANDLER_TO_CONSUME("the handler to consume what it was offered, or the peer to send the rest"),
        /** The handler paused reading. */
        HANDLER_TO_RESUME("the handler to resume reading"),
        /** The memory budget of the group is short, and it is among the largest readers. */
        MEMORY("memory of the group's budget to be free"),
        /** The peer has ended its output and we have not: the handler neither writes nor closes. */
        HANDLER_TO_END("the handler to write or close, after the peer's end"),
        /** Bytes forwarded inside the kernel have not left towards their target. */
        FORWARD_TARGET("the connection it forwards to"),
        /** The loop has something to do for it. */
        LOOP("the loop's next step");

        private final String phrase;

        Wait(String phrase) {
            this.phrase = phrase;
        }

        /** In words, to follow "waits for". */
        public String phrase() {
            return phrase;
        }
    }

    /**
     * Something that happened to a connection.
     *
     * @param what in a few words
     * @param times how often it happened, not counting what was forgotten meanwhile; counted up to 2,047
     * @param ago how long ago it happened last
     */
    public record Event(String what, int times, Duration ago) {

        /** {@code 12.500 s ago  reading paused by the handler (3 times)}. */
        @Override
        public String toString() {
            return seconds(ago) + " ago  " + what + (times > 1 ? " (" + times + " times)" : "");
        }
    }

    /** Copies the collections. */
    public Explanation {
        Objects.requireNonNull(state);
        Objects.requireNonNull(sinceProgress);
        Set<Wait> ordered = EnumSet.noneOf(Wait.class);
        ordered.addAll(waits);
        waits = Collections.unmodifiableSet(ordered);
        details = List.copyOf(details);
        events = List.copyOf(events);
    }

    /** What a connection's public methods tell of it; for connections that keep no events. On its loop only. */
    public static Explanation of(Connection connection) {
        Connection.State state = connection.state();
        Set<Wait> waits = EnumSet.noneOf(Wait.class);
        if (state == Connection.State.CONNECTING) {
            waits.add(Wait.CONNECT);
        } else if (state != Connection.State.CLOSED) {
            if (connection.queuedBytes() > 0) {
                waits.add(Wait.PEER_TO_READ);
            }
            waits.add(inboundWait(connection, state));
        }
        String reading = connection.unconsumedBytes() + " bytes unconsumed, " + connection.bytesReceived() + " received"
                + (connection.isReadingPaused() ? ", paused by the handler" : "")
                + (connection.isInputEnded() ? ", ended by the peer" : "");
        String writing = connection.queuedBytes() + " bytes queued, " + connection.bytesSent() + " sent"
                + (connection.isOutputEnded()
                        ? ", ended"
                        : connection.isWritable() ? "" : ", above the high-water mark");
        return new Explanation(
                connection.id(),
                connection.remoteAddress(),
                state,
                waits,
                Duration.ZERO,
                List.of("reading: " + reading, "writing: " + writing),
                List.of());
    }

    private static Wait inboundWait(Connection connection, Connection.State state) {
        if (state == Connection.State.CLOSING) {
            return Wait.PEER_TO_END;
        }
        if (connection.isInputEnded()) {
            return Wait.HANDLER_TO_END;
        }
        if (connection.isReadingPaused()) {
            return Wait.HANDLER_TO_RESUME;
        }
        return connection.unconsumedBytes() > 0 ? Wait.HANDLER_TO_CONSUME : Wait.PEER_TO_SEND;
    }

    /** This explanation with one more line of detail, as a layer above the socket adds about itself. */
    public Explanation withDetail(String line) {
        List<String> more = new ArrayList<>(details);
        more.add(line);
        return new Explanation(connectionId, remoteAddress, state, waits, sinceProgress, more, events);
    }

    /** Several lines, without a line break at the end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("connection ").append(connectionId);
        text.append(" to ").append(remoteAddress).append(", ").append(state);
        if (!sinceProgress.isZero()) {
            text.append(", no progress for ").append(seconds(sinceProgress));
        }
        text.append("\n  waits for ")
                .append(
                        waits.isEmpty()
                                ? "nothing, it is over"
                                : waits.stream().map(Wait::phrase).collect(Collectors.joining("; ")));
        details.forEach(line -> text.append("\n  ").append(line));
        if (!events.isEmpty()) {
            text.append("\n  events:");
            events.forEach(event -> text.append("\n    ").append(event));
        }
        return text.toString();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%,.3f s", time.toNanos() / 1e9);
    }
}
