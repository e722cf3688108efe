package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.SocketOptions;
import io.eventloop.framing.Delimiter;
import io.eventloop.framing.FixedLength;
import io.eventloop.framing.FrameEncoder;
import io.eventloop.framing.FrameFormat;
import io.eventloop.framing.FrameHandler;
import io.eventloop.framing.FramedHandler;
import io.eventloop.framing.LengthField;
import io.eventloop.framing.Lines;
import io.eventloop.framing.ProxyHeader;
import io.eventloop.framing.ProxyHeaderEncoder;
import io.eventloop.framing.ProxyHeaderHandler;
import io.eventloop.framing.ProxyHeaderOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients behind a PROXY protocol header send numbered frames, a server sends them back; each comes back whole, once and in
 * order, all of them unless something broke the connection.
 */
final class FramedScenario {
    private static final int MAX_PAYLOAD_BYTES = 2000;
    private static final int MAX_FRAME_BYTES = 4096;

    private final Arena arena;
    private final FrameFormat format;
    private final FrameEncoder encoder;

    private FramedScenario(Arena arena) {
        this.arena = arena;
        format = format(arena.random);
        encoder = format.encoder();
    }

    static void play(Arena arena) throws IOException {
        new FramedScenario(arena).play();
    }

    private static FrameFormat format(SeededRandom random) {
        return switch (random.nextInt(4)) {
            case 0 ->
                LengthField.builder()
                        .width(1 + random.nextInt(4))
                        .maxFrameBytes(MAX_FRAME_BYTES)
                        .build();
            case 1 -> Delimiter.of(new byte[] {'z', 'z', 'y'}, MAX_FRAME_BYTES - 3);
            case 2 -> new Lines(Lines.Ending.CRLF, MAX_FRAME_BYTES - 2);
            default -> new FixedLength(1 + random.nextInt(MAX_PAYLOAD_BYTES));
        };
    }

    private void play() throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost client = arena.network.host("client");
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(2));
        ConnectionLimits limits =
                arena.limits().toBuilder().maxInboundBytes(MAX_FRAME_BYTES).build();
        ListenOptions options = ListenOptions.builder()
                .limits(limits)
                .socket(SocketOptions.NONE)
                .build();
        ProxyHeaderOptions headers = ProxyHeaderOptions.DEFAULT.withHeaderTimeout(Duration.ofMinutes(5));
        arena.listen(
                serving,
                server.address(7),
                options,
                connection -> new ProxyHeaderHandler(headers, (c, header) -> {
                    arena.require(header.equals(ProxyHeader.local()), "the header says " + header);
                    return arena.watched(new FramedHandler(format.decoder(), new Echoing()));
                }));
        EventLoopGroup calling = arena.group(client, 1);
        List<Numbering> clients = new ArrayList<>();
        for (int i = 1 + arena.random.nextInt(4); i > 0; i--) {
            Numbering one = new Numbering(arena.random.nextInt(60));
            clients.add(one);
            ConnectionHandler handler = arena.watched(new FramedHandler(format.decoder(), one));
            calling.connect(
                    server.address(7),
                    new io.eventloop.ConnectOptions(Duration.ofSeconds(200), limits, SocketOptions.NONE),
                    handler);
        }
        arena.finish();
        for (Numbering one : clients) {
            arena.require(
                    one.received == one.total || arena.isDestructive(),
                    "a client got " + one.received + " of " + one.total + " frames: " + one.reason);
            CloseReason.Kind kind = one.reason.kind();
            arena.require(
                    kind != CloseReason.Kind.FRAME_LIMIT && kind != CloseReason.Kind.PROTOCOL_ERROR,
                    "frames were torn: " + one.reason);
        }
    }

    /** Sends each frame back, by a move or by a copy, holding back while the peer does not take it. */
    private final class Echoing implements FrameHandler {
        @Override
        public void onFrame(Connection connection, Buffer frame) {
            if (!encoder.write(connection, frame.detach())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            connection.resumeReading();
        }
    }

    /** Sends frames whose content follows from their number, and expects them back. */
    private final class Numbering implements FrameHandler {
        private final int total;
        private final long seed = arena.random.nextLong(Long.MAX_VALUE);
        private int sent;
        private int received;
        private CloseReason reason;

        Numbering(int total) {
            this.total = total;
        }

        private int length(int number) {
            if (format instanceof FixedLength fixed) {
                return fixed.frameBytes();
            }
            boolean isShort = format instanceof LengthField field && field.width() == 1;
            int most = isShort ? 256 : MAX_PAYLOAD_BYTES;
            return Math.floorMod(SeededRandom.mix(seed + number), most) >>> (number % 8);
        }

        private byte value(int number, int at) {
            return (byte) ('a' + Math.floorMod(SeededRandom.mix(seed ^ number) + at, 25));
        }

        @Override
        public void onOpen(Connection connection) {
            ProxyHeaderEncoder.V2.write(connection, ProxyHeader.local());
            send(connection);
        }

        @Override
        public void onWritable(Connection connection) {
            send(connection);
        }

        private void send(Connection connection) {
            boolean more = connection.isWritable();
            while (more && sent < total) {
                int length = length(sent);
                int room = sent % 2 == 0 ? encoder.headerBytes() : 0;
                Buffer payload = connection.loop().buffers().acquire(room + length);
                payload.writeIndex(room).readIndex(room);
                for (int i = 0; i < length; i++) {
                    payload.writeByte(value(sent, i));
                }
                sent++;
                more = encoder.write(connection, payload);
            }
            if (sent == total) {
                connection.shutdownOutput();
            }
        }

        @Override
        public void onFrame(Connection connection, Buffer frame) {
            boolean isSame = frame.readableBytes() == length(received);
            for (int i = 0; isSame && i < frame.readableBytes(); i++) {
                isSame = frame.getByte(frame.readIndex() + i) == value(received, i);
            }
            arena.require(isSame, "frame " + received + " is not what was sent");
            received++;
        }

        @Override
        public void onClosed(Connection connection, CloseReason why) {
            reason = why;
        }
    }
}
