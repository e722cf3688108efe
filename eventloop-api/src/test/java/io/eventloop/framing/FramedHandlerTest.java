package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.Lines.Ending;
import io.eventloop.testing.RecordingHandler;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A decoder, a connection and the handler of its frames together. */
final class FramedHandlerTest {
    private static final Lines LINES = new Lines(Ending.LF, 100);
    private static final LengthField SHORTS =
            LengthField.builder().width(2).maxFrameBytes(4096).build();

    private FramedRig rig = new FramedRig();
    private final List<String> frames = new ArrayList<>();

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] bytes(String text) {
        return Bytes.latin1(text);
    }

    private static String text(Buffer frame) {
        return frame.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void handsOnFramesWhetherOrNotTheyAreConsumed() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            frames.add(text(frame));
            if (frames.size() % 2 == 0) {
                frame.skip(frame.readableBytes());
            }
        });
        rig.play(peer.send(bytes("a\nbc\n\nd"))
                .pause(Duration.ofSeconds(1))
                .send(bytes("ef\n"))
                .shutdownOutput()
                .expectEnd()
                .close());
        assertEquals(List.of("a", "bc", "", "def"), frames);
        assertEquals("FINISHED by PEER", rig.reason());
    }

    @Test
    void showsAFrameNothingBehindIt() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            String text = text(frame);
            frame.skip(text.length());
            assertThrows(IndexOutOfBoundsException.class, frame::readByte);
            frames.add(text);
        });
        rig.play(peer.send(bytes("a\nb\n")).shutdownOutput().close());
        assertEquals(List.of("a", "b"), frames);
    }

    @Test
    void letsFramesBeTakenOver() throws IOException {
        List<Buffer> kept = new ArrayList<>();
        ScriptedPeer peer = rig.peer(LINES, new FrameHandler() {
            @Override
            public void onFrame(Connection c, Buffer frame) {
                kept.add(frame.detach());
            }

            @Override
            public void onClosed(Connection c, CloseReason reason) {
                for (Buffer buffer : kept) {
                    frames.add(text(buffer));
                    buffer.release();
                }
            }
        });
        rig.play(peer.send(bytes("first\nsecond\nthird\n")).shutdownOutput().close());
        assertEquals(List.of("first", "second", "third"), frames);
    }

    @Test
    void copiesNothingOfAFrameThatIsAllThereIs() throws IOException {
        byte[] payload = new byte[4000];
        long[] pool = new long[2];
        ScriptedPeer peer = rig.peer(SHORTS, (c, frame) -> {
            pool[0] = c.loop().buffers().metrics().usedBytes();
            Buffer mine = frame.detach();
            pool[1] = c.loop().buffers().metrics().usedBytes();
            mine.release();
        });
        rig.play(peer.send(Bytes.frame(SHORTS.encoder(), payload))
                .shutdownOutput()
                .close());
        assertTrue(pool[0] > 0);
        assertEquals(pool[0], pool[1], "a buffer was acquired for a copy");
    }

    @Test
    void echoesThroughTheEncoder() throws IOException {
        FrameEncoder encoder = SHORTS.encoder();
        ScriptedPeer peer = rig.peer(SHORTS, (c, frame) -> encoder.write(c, frame.detach()));
        byte[] stream = Bytes.hex("0000 0001 61 0003 626364 0002 6566");
        rig.play(peer.send(stream).expect(stream).shutdownOutput().expectEnd().close());
    }

    @Test
    void endsAFrameOverTheLimitWithAReset() throws IOException {
        ScriptedPeer peer = rig.peer(SHORTS, (c, frame) -> frames.add(text(frame)));
        rig.play(peer.send(Bytes.hex("0001 61 0fff 62")).expectReset());
        assertEquals(List.of("a"), frames);
        assertEquals(
                "FRAME_LIMIT by LIBRARY: frame with a length of 4095 in its header, the limit is 4096 bytes",
                rig.reason());
        Map<CloseReason.Kind, Long> closed = rig.group.metrics().closed();
        assertEquals(1, closed.get(CloseReason.Kind.FRAME_LIMIT));
        assertEquals(List.of(CloseReason.Kind.values()), List.copyOf(closed.keySet()));
    }

    @Test
    void endsAMalformedFrameWithAReset() throws IOException {
        ScriptedPeer peer = rig.peer(new Lines(Ending.CRLF, 100), (c, frame) -> frames.add(text(frame)));
        rig.play(peer.send(bytes("a\r\nb\nc\r\n")).expectReset());
        assertEquals(List.of("a"), frames);
        assertEquals("PROTOCOL_ERROR by LIBRARY: line feed without a carriage return", rig.reason());
        assertEquals(1, rig.group.metrics().closed().get(CloseReason.Kind.PROTOCOL_ERROR));
    }

    @Test
    void endsAnInputThatEndsWithinAFrame() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> frames.add(text(frame)));
        rig.play(peer.send(bytes("a\nbc")).shutdownOutput().expectReset());
        assertEquals(List.of("a"), frames);
        assertEquals("PROTOCOL_ERROR by LIBRARY: input ended 2 bytes into a frame", rig.reason());
    }

    @Test
    void letsTheHandlerAnswerAViolation() throws IOException {
        ScriptedPeer peer = rig.peer(new Lines(Ending.LF, 3), new FrameHandler() {
            @Override
            public void onFrame(Connection c, Buffer frame) {
                frames.add(text(frame));
            }

            @Override
            public void onViolation(Connection c, ProtocolViolationException violation) {
                c.write(bytes("too long\n"));
                c.shutdownOutput();
            }
        });
        rig.play(peer.send(bytes("a\n12345\n"))
                .expect(bytes("too long\n"))
                .expectEnd()
                .send(bytes("b\nc\n"))
                .shutdownOutput()
                .close());
        assertEquals(List.of("a"), frames, "what comes after a violation is discarded");
        assertEquals("CLOSED by LOCAL", rig.reason());
    }

    @Test
    void holdsFramesBackWhileReadingIsPaused() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            frames.add(text(frame));
            c.pauseReading();
            c.loop().schedule(Duration.ofSeconds(frames.size()), c::resumeReading);
        });
        peer.send(bytes("a\nb\nc\n"));
        rig.network.run(Duration.ofMillis(900));
        assertEquals(List.of("a"), frames);
        rig.network.run(Duration.ofMillis(1900));
        assertEquals(List.of("a", "b"), frames);
        rig.play(peer.shutdownOutput().close());
        assertEquals(List.of("a", "b", "c"), frames);
    }

    @Test
    void leavesTheFramesBehindToTheNextHandler() throws IOException {
        RecordingHandler next = new RecordingHandler();
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            frames.add(text(frame));
            if (frames.size() == 2) {
                c.handler(next);
            }
        });
        rig.play(peer.send(bytes("a\nupgrade\nthe rest\n")).shutdownOutput().close());
        assertEquals(List.of("a", "upgrade"), frames);
        assertArrayEquals(bytes("the rest\n"), next.received());
    }

    @Test
    void handsNothingOnAfterAClose() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            frames.add(text(frame));
            c.close();
        });
        rig.play(peer.send(bytes("a\nb\n")).expectEnd().shutdownOutput().close());
        assertEquals(List.of("a"), frames);
    }

    @Test
    void refusesAnInboundLimitBelowTheLargestFrame() throws IOException {
        rig.close();
        rig = new FramedRig(ConnectionLimits.builder().maxInboundBytes(100).build());
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> frames.add(text(frame)));
        rig.play(peer.send(bytes("a\n")).expectReset());
        assertEquals(
                "HANDLER_FAILED by LIBRARY: frames of up to 101 bytes need a maxInboundBytes of as many, and it is 100",
                rig.reason());
        assertEquals(1, rig.failures.size());
        rig.failures.clear();
    }

    @Test
    void takesTheLargestFrameWithAnInboundLimitOfItsSize() throws IOException {
        rig.close();
        rig = new FramedRig(ConnectionLimits.builder().maxInboundBytes(101).build());
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> frames.add(text(frame)));
        String line = "x".repeat(100);
        rig.play(peer.send(bytes(line.substring(60)))
                .pause(Duration.ofSeconds(1))
                .send(bytes(line.substring(40) + "\n" + line + "\n"))
                .shutdownOutput()
                .close());
        assertEquals(List.of(line, line), frames);
    }

    @Test
    void aViolationThrownByAnyCallbackEndsTheConnectionAndIsNoFailureOfTheHandler() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            throw ProtocolViolationException.malformed("no such command: " + text(frame));
        });
        rig.play(peer.send(bytes("DANCE\nSING\n")).expectReset());
        assertEquals("PROTOCOL_ERROR by LIBRARY: no such command: DANCE", rig.reason());
        assertEquals(0, rig.group.metrics().failedCallbacks());
    }

    @Test
    void aFailureOfTheHandlerStaysOne() throws IOException {
        ScriptedPeer peer = rig.peer(LINES, (c, frame) -> {
            throw new IllegalArgumentException("mine");
        });
        rig.play(peer.send(bytes("a\nb\n")).expectReset());
        assertEquals("HANDLER_FAILED by LIBRARY: mine", rig.reason());
        assertEquals(1, rig.failures.size());
        rig.failures.clear();
    }
}
