package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.contract.Payload;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The outbound side against its model, a byte array: whatever is written, in whatever kinds and sizes, and however little
 * the socket takes at a time, the model's bytes leave, in order, and the figures agree at every step.
 */
final class OutboundProperties {
    private static final int FILE_BYTES = 240_000;
    private static final byte[] CONTENT = Payload.random(FILE_BYTES, 42);

    private static Path path;

    /** What a test does in one step. */
    enum Kind {
        ARRAY,
        HEAP,
        DIRECT,
        READ_ONLY,
        BUFFER,
        FILE,
        OWN_FILE,
        FLUSH,
        TURN
    }

    /** One step: its kind, and how many bytes it writes. */
    record Step(Kind kind, int bytes) {}

    @BeforeContainer
    static void writeFile() throws IOException {
        path = Files.write(Files.createTempFile("outbound", ""), CONTENT);
    }

    @AfterContainer
    static void deleteFile() throws IOException {
        Files.delete(path);
    }

    @Provide
    Arbitrary<Step> steps() {
        Arbitrary<Integer> sizes = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(0, 40)),
                Tuple.of(3, Arbitraries.integers().between(400, 5000)),
                Tuple.of(1, Arbitraries.integers().between(60_000, 150_000)));
        return Combinators.combine(Arbitraries.of(Kind.class), sizes).as(Step::new);
    }

    /** How many bytes the writes take, one after the other, over and over; 0 is "would block". */
    @Provide
    Arbitrary<List<Integer>> rooms() {
        Arbitrary<Integer> room = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(0)),
                Tuple.of(3, Arbitraries.integers().between(1, 10)),
                Tuple.of(3, Arbitraries.integers().between(11, 5000)),
                Tuple.of(2, Arbitraries.just(Integer.MAX_VALUE)));
        return room.list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .filter(list -> list.stream().anyMatch(n -> n > 0));
    }

    /** A connection, the socket under it, and the bytes that are to leave. */
    private static final class Model implements AutoCloseable {
        private final EngineRig rig = new EngineRig();
        private final ScriptedSocket socket = new ScriptedSocket();
        private final RecordingHandler handler = new RecordingHandler();
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final FileChannel file;
        private final Connection connection;
        private int next;

        Model(ConnectionLimits limits, List<Integer> rooms) {
            try {
                file = FileChannel.open(path, StandardOpenOption.READ);
                connection = rig.accept(socket, handler, limits);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            socket.room = () -> rooms.get(next++ % rooms.size());
        }

        void run(Step step) throws IOException {
            int size = step.bytes();
            byte[] bytes = Arrays.copyOfRange(CONTENT, size / 2, size / 2 + size);
            ByteBuffer direct = ByteBuffer.allocateDirect(size).put(bytes).flip();
            switch (step.kind()) {
                case ARRAY -> connection.write(bytes);
                case HEAP -> connection.write(ByteBuffer.wrap(bytes));
                case DIRECT -> connection.write(direct);
                case READ_ONLY -> connection.write(direct.asReadOnlyBuffer());
                case BUFFER ->
                    connection.write(
                            rig.loop.buffers().acquire(Math.max(1, size)).writeBytes(bytes));
                case FILE -> connection.write(file, size / 2, size);
                case OWN_FILE ->
                    connection.writeAndClose(FileChannel.open(path, StandardOpenOption.READ), size / 2, size);
                case FLUSH -> connection.flush();
                case TURN -> rig.turn();
            }
            if (step.kind() != Kind.FLUSH && step.kind() != Kind.TURN) {
                written.writeBytes(bytes);
            }
        }

        void check() {
            assertEquals(socket.sent.size(), connection.bytesSent());
            assertEquals(written.size() - socket.sent.size(), connection.queuedBytes());
        }

        void drain() {
            for (int turns = 0; connection.queuedBytes() > 0; turns++) {
                assertTrue(turns < 2_000_000, "no progress");
                if (turns == 100) {
                    socket.room = () -> Integer.MAX_VALUE;
                }
                rig.turn();
            }
            assertArrayEquals(written.toByteArray(), socket.sent.toByteArray());
        }

        @Override
        public void close() throws IOException {
            file.close();
            rig.close();
            assertEquals(List.of(), handler.violations());
        }
    }

    @Property(tries = 150)
    void exactlyTheWrittenBytesLeaveInOrder(
            @ForAll @Size(max = 60) List<@From("steps") Step> steps, @ForAll("rooms") List<Integer> rooms)
            throws IOException {
        ConnectionLimits limits = ConnectionLimits.builder()
                .maxQueuedBytes(1 << 29)
                .maxQueuedWrites(100_000)
                .build();
        try (Model model = new Model(limits, rooms)) {
            for (Step step : steps) {
                model.run(step);
                model.check();
            }
            model.drain();
            model.check();
        }
    }

    @Property(tries = 100)
    void aCloseSendsTheRestAndThenTheEnd(
            @ForAll @Size(max = 30) List<@From("steps") Step> steps, @ForAll("rooms") List<Integer> rooms)
            throws IOException {
        ConnectionLimits limits = ConnectionLimits.builder()
                .maxQueuedBytes(1 << 29)
                .maxQueuedWrites(100_000)
                .build();
        try (Model model = new Model(limits, rooms)) {
            for (Step step : steps) {
                model.run(step);
            }
            model.connection.close();
            assertFalse(model.connection.write(new byte[10]));
            model.drain();
            model.rig.turns(2);
            assertTrue(model.socket.outputEnded);
            model.socket.input.add(ScriptedSocket.END);
            model.rig.turns(2);
            assertTrue(model.handler.closed().isOrderly());
        }
    }

    @Property(tries = 150)
    void theMarksAndBoundsHoldWhateverIsWritten(
            @ForAll @Size(max = 60) List<@From("steps") Step> steps,
            @ForAll("rooms") List<Integer> rooms,
            @ForAll @IntRange(max = 3000) int lowBytes,
            @ForAll @IntRange(max = 3000) int gapBytes)
            throws IOException {
        int highBytes = lowBytes + gapBytes;
        int boundBytes = highBytes + 5000;
        ConnectionLimits limits = ConnectionLimits.builder()
                .waterMarks(lowBytes, highBytes)
                .maxQueuedBytes(boundBytes)
                .maxQueuedWrites(20)
                .build();
        try (Model model = new Model(limits, rooms)) {
            for (Step step : steps) {
                long before = model.connection.queuedBytes();
                int writableCalls = model.handler.count(Event.WRITABLE);
                try {
                    model.run(step);
                } catch (WriteLimitExceededException e) {
                    assertEquals(before, model.connection.queuedBytes(), "a refused write queues nothing");
                    assertEquals(0, model.handler.count(Event.WRITABLE) - writableCalls);
                }
                assertTrue(model.handler.count(Event.WRITABLE) - writableCalls <= 1);
                if (model.connection.queuedBytes() > highBytes) {
                    assertFalse(model.connection.isWritable());
                }
                model.check();
            }
            model.drain();
            assertTrue(model.connection.isWritable());
        }
    }
}
