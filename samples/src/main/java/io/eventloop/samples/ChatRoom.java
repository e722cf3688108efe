package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.framing.FrameHandler;
import io.eventloop.framing.FramedHandler;
import io.eventloop.framing.Lines;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everybody gets each line that somebody sends. There are two ways of being slow, and an answer to each:
 *
 * <ul>
 *   <li>A member that sends more than it reads is not read from until it has caught up: its own writes show it.
 *   <li>A member that does not read what others send cannot hold them up. Its lines are queued up to a bound, and at the
 *       bound it is shed.
 * </ul>
 *
 * <p><b>Threading:</b> loop-confined, so that members need no lock. <b>Ownership:</b> the members' connections belong to
 * themselves; a line's memory is shared by all queues it is in, and nobody's.
 *
 * <p><b>Failure:</b> a line that is too long ends its sender's connection.
 */
final class ChatRoom implements FrameHandler {
    private static final Lines LINES = new Lines(Lines.Ending.LF_OR_CRLF, 4 << 10);

    /** What a slow member may cost. */
    static final ConnectionLimits LIMITS = ConnectionLimits.builder()
            .waterMarks(16 << 10, 64 << 10)
            .maxQueuedBytes(256 << 10)
            .build();

    private final Map<Long, Connection> members = new LinkedHashMap<>();
    private long shed;

    /** The handler of one more connection. */
    ConnectionHandler member() {
        return new FramedHandler(LINES.decoder(), this);
    }

    /** How many members were cut for not reading. */
    long shed() {
        return shed;
    }

    @Override
    public void onOpen(Connection member) {
        members.put(member.id(), member);
        say(member, "* " + name(member) + " joined, " + members.size() + " are here");
    }

    @Override
    public void onFrame(Connection member, Buffer line) {
        say(member, name(member) + ": " + line.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onClosed(Connection member, CloseReason reason) {
        if (members.remove(member.id()) != null) {
            say(member, "* " + name(member) + " left");
        }
    }

    @Override
    public void onWritable(Connection member) {
        member.resumeReading();
    }

    @Override
    public void onDrain(Connection member) {
        member.close(); // by default nothing is done, and the members would be reset when the time is over
    }

    private void say(Connection sender, String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer line = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        for (Connection member : List.copyOf(members.values())) {
            try {
                if (!member.write(line) && member == sender) {
                    member.pauseReading();
                }
            } catch (WriteLimitExceededException e) {
                shed++;
                member.abort();
            }
        }
    }

    private static String name(Connection member) {
        return "guest-" + member.id();
    }
}
