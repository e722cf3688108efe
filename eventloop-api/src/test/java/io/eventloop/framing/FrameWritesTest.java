package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.framing.Lines.Ending;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames on their way out, with and without room in the payload's buffer. */
final class FrameWritesTest {
    private static final FrameEncoder LENGTHS =
            LengthField.builder().width(4).maxFrameBytes(1 << 20).build().encoder();
    private static final FrameEncoder LINES = new Lines(Ending.CRLF, 1 << 20).encoder();
    private static final int LARGE = 4096;

    private FramedRig rig = new FramedRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private ScriptedPeer opened(Consumer<Connection> action) throws IOException {
        return rig.peer(connection -> rig.keeping(new ConnectionHandler() {
            @Override
            public void onOpen(Connection c) {
                action.accept(c);
            }

            @Override
            public void onData(Connection c, Buffer in) {
                in.skip(in.readableBytes());
            }
        }));
    }

    private void writes(Consumer<Connection> action, byte[] expected) throws IOException {
        ScriptedPeer peer = opened(action);
        rig.play(peer.expect(expected).shutdownOutput().expectEnd().close());
    }

    private static Buffer payload(Connection c, int room, int bytes) {
        Buffer payload = c.loop().buffers().acquire(room + bytes);
        payload.writeIndex(room).readIndex(room);
        return payload.writeBytes(new byte[bytes]);
    }

    /** Buffers taken from the pool while the frame is written. */
    private static long acquired(Connection c, Runnable action) {
        long before = c.loop().buffers().metrics().usedBytes();
        action.run();
        return c.loop().buffers().metrics().usedBytes() - before;
    }

    private static byte[] framed(FrameEncoder encoder, int bytes) {
        return Bytes.frame(encoder, new byte[bytes]);
    }

    @Test
    void putsAHeaderInFrontOfThePayloadInItsOwnBuffer() throws IOException {
        long[] acquired = {-1};
        writes(
                c -> {
                    Buffer payload = payload(c, 4, LARGE - 4);
                    acquired[0] = acquired(c, () -> LENGTHS.write(c, payload));
                },
                framed(LENGTHS, LARGE - 4));
        assertEquals(0, acquired[0]);
    }

    @Test
    void putsATrailerBehindThePayloadInItsOwnBuffer() throws IOException {
        long[] acquired = {-1};
        writes(
                c -> {
                    Buffer payload = payload(c, 0, LARGE - 2);
                    acquired[0] = acquired(c, () -> LINES.write(c, payload));
                },
                framed(LINES, LARGE - 2));
        assertEquals(0, acquired[0]);
    }

    @Test
    void writesHeaderAndTrailerOnTheirOwnAroundALargePayload() throws IOException {
        writes(c -> LENGTHS.write(c, payload(c, 0, LARGE)), framed(LENGTHS, LARGE));
    }

    @Test
    void writesATrailerOnItsOwnBehindALargePayload() throws IOException {
        writes(c -> LINES.write(c, payload(c, 0, LARGE)), framed(LINES, LARGE));
    }

    @Test
    void copiesASmallPayloadWithoutRoom() throws IOException {
        writes(c -> LENGTHS.write(c, payload(c, 3, 10)), framed(LENGTHS, 10));
    }

    @Test
    void leavesReadOnlyPayloadsAsTheyAre() throws IOException {
        ByteBuffer shared = ByteBuffer.allocateDirect(LARGE + 8).position(8);
        writes(c -> LENGTHS.write(c, c.loop().buffers().wrap(shared)), framed(LENGTHS, LARGE));
        assertEquals(0, shared.getInt(4));
    }

    @Test
    void writesNothingOfAPayloadThatIsRefused() throws IOException {
        ScriptedPeer peer = opened(c -> {
            Buffer payload = payload(c, 0, 10).writeByte('\n');
            assertThrows(IllegalArgumentException.class, () -> LINES.write(c, payload));
            assertThrows(IllegalStateException.class, payload::release, "it was taken over all the same");
        });
        rig.play(peer.shutdownOutput().expectEnd().close());
        assertEquals("FINISHED by PEER", rig.reason());
    }

    @Test
    void abortsAConnectionWhoseQueueTakesOnlyAPartOfAFrame() throws IOException {
        rig.close();
        rig = new FramedRig(ConnectionLimits.builder()
                .waterMarks(10, 100)
                .maxQueuedBytes(LARGE + 3)
                .build());
        ScriptedPeer peer = opened(c -> {
            Buffer payload = payload(c, 0, LARGE);
            assertThrows(WriteLimitExceededException.class, () -> LENGTHS.write(c, payload));
        });
        rig.play(peer.expectReset());
        assertEquals("ABORTED by LOCAL", rig.reason());
    }

    @Test
    void keepsAConnectionWhoseQueueTakesNothingOfAFrame() throws IOException {
        rig.close();
        rig = new FramedRig(ConnectionLimits.builder()
                .waterMarks(10, 100)
                .maxQueuedBytes(LARGE - 1)
                .build());
        ScriptedPeer peer = opened(c -> {
            Buffer payload = payload(c, 4, LARGE - 4);
            assertThrows(WriteLimitExceededException.class, () -> LENGTHS.write(c, payload));
        });
        rig.play(peer.shutdownOutput().expectEnd().close());
        assertEquals("FINISHED by PEER", rig.reason());
    }

    @Test
    void saysNoAboveTheHighWaterMark() throws IOException {
        rig.close();
        rig = new FramedRig(ConnectionLimits.builder().waterMarks(10, 100).build());
        boolean[] said = new boolean[2];
        writes(
                c -> {
                    said[0] = LENGTHS.write(c, payload(c, 4, 20));
                    said[1] = LENGTHS.write(c, payload(c, 4, 20 + LARGE));
                },
                concat(framed(LENGTHS, 20), framed(LENGTHS, 20 + LARGE)));
        assertEquals(true, said[0]);
        assertEquals(false, said[1]);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
