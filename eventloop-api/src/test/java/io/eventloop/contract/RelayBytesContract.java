package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.contract.Peer.End;
import io.eventloop.contract.Peer.Rest;
import io.eventloop.spi.Capability;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * Bytes through a relay, against a model of two byte arrays: what goes in at one side comes out at the other, all of it
 * before a FIN, the beginning of it before a reset, whatever the sizes, the limits, and the order in which the sides end.
 */
public abstract class RelayBytesContract extends TransportContract {
    /** Far more than the reads after which a relay takes a flow for a large one. */
    private static final int MOST_BYTES = 4 << 20;

    private PipeWatch pipes;
    private long pipedBytes;
    private boolean hasPipes;
    private boolean isLarge;

    /** What one side does, as far as it does not depend on the other. */
    record Plan(int bytes, List<Integer> chunks, int mostPerRead, End ending, double endsFrom, boolean isImpatient) {

        PeerScript script(byte[] sent, boolean isLate, Plan other) {
            return new PeerScript(
                    sent,
                    chunks,
                    mostPerRead,
                    isLate ? bytes : 0,
                    ending,
                    (int) (endsFrom * other.bytes),
                    isImpatient && ending == End.RESET);
        }
    }

    /** Who does not read before all its own bytes are sent. Both could wait for each other. */
    enum Late {
        NOBODY,
        A,
        B
    }

    @Override
    protected EventLoopGroupBuilder builder() {
        pipes = new PipeWatch(provider());
        return super.builder().transport(pipes);
    }

    @BeforeTry
    void begin() throws IOException {
        openTransport();
    }

    @AfterTry
    void end() throws Exception {
        hasPipes = peers().capabilities().contains(Capability.SPLICE);
        closeAllAndCheck();
        assertEquals(0, pipes.openPipes(), "open pipes");
        pipedBytes += pipes.filledBytes();
    }

    /** Which of the large flows use a pipe depends on how fast the bytes come; that some do, does not. */
    @AfterProperty
    void checkPipes() {
        if (isLarge) {
            assertEquals(hasPipes, pipedBytes > 0, pipedBytes + " bytes through pipes");
        }
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void deliversBothWaysWhateverTheChunksAndLimits(
            @ForAll("small") Plan ofA,
            @ForAll("small") Plan ofB,
            @ForAll("limits") ConnectionLimits limits,
            @ForAll Late late)
            throws IOException {
        converse(ofA, ofB, limits, late);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void deliversLargeFlowsToTheirEndOrToAReset(@ForAll("large") Plan ofA, @ForAll("large") Plan ofB, @ForAll Late late)
            throws IOException {
        isLarge = true;
        converse(ofA, ofB, ConnectionLimits.DEFAULT, late);
    }

    private void converse(Plan ofA, Plan ofB, ConnectionLimits limits, Late late) throws IOException {
        byte[] sentByA = Payload.random(ofA.bytes, 1);
        byte[] sentByB = Payload.random(ofB.bytes, 2);
        RelayPair pair = RelayPair.joined(this, limits);
        PeerScript scriptOfA = ofA.script(sentByA, late == Late.A, ofB);
        PeerScript scriptOfB = ofB.script(sentByB, late == Late.B, ofA);
        CompletableFuture<Rest> playsA = Aside.call("peer of a", () -> pair.peerA.play(scriptOfA));
        CompletableFuture<Rest> playsB = Aside.call("peer of b", () -> pair.peerB.play(scriptOfB));
        // Each has patience of its own, as long as bytes move.
        Rest heardByA = playsA.join();
        Rest heardByB = playsB.join();
        RelayPair.Completion end = pair.completion();
        assertDelivered(sentByA, ofA.ending, heardByB, ofB.ending, pair.bytesFromA());
        assertDelivered(sentByB, ofB.ending, heardByA, ofA.ending, pair.bytesFromB());
        assertEnded(ofA.ending, end.a(), ofB.ending, end.b());
    }

    private static void assertDelivered(byte[] sent, End ending, Rest heard, End endingOfReader, long counted) {
        byte[] bytes = heard.bytes();
        assertTrue(counted <= sent.length, counted + " counted, " + sent.length + " sent");
        assertTrue(bytes.length <= counted, bytes.length + " heard, " + counted + " counted");
        assertArrayEquals(Arrays.copyOf(sent, bytes.length), bytes);
        if (heard.end() == End.FIN) {
            assertEquals(End.FIN, ending);
            assertEquals(sent.length, bytes.length);
            assertEquals(sent.length, counted);
        } else if (endingOfReader == End.FIN) {
            assertEquals(End.RESET, ending, "reset although neither side was");
        }
    }

    /** A side that is reset from outside is told apart from one that is reset because of the other. */
    private static void assertEnded(End endingOfA, CloseReason ofA, End endingOfB, CloseReason ofB) {
        if (endingOfA == End.FIN && endingOfB == End.FIN) {
            assertEquals(Kind.FINISHED, ofA.kind());
            assertEquals(Kind.FINISHED, ofB.kind());
            return;
        }
        boolean isResetOfA = isResetByPeer(ofA);
        boolean isResetOfB = isResetByPeer(ofB);
        assertTrue(isResetOfA || isResetOfB, ofA + ", " + ofB);
        assertTrue(!isResetOfA || endingOfA == End.RESET, ofA.toString());
        assertTrue(!isResetOfB || endingOfB == End.RESET, ofB.toString());
    }

    private static boolean isResetByPeer(CloseReason reason) {
        return reason.kind() == Kind.RESET && reason.initiator() == Initiator.PEER;
    }

    @Provide
    Arbitrary<Plan> small() {
        Arbitrary<Integer> little = Arbitraries.integers().between(1, 600);
        Arbitrary<Integer> more = Arbitraries.integers().between(1, 300_000);
        Arbitrary<List<Integer>> chunks = Arbitraries.oneOf(little, more).list().ofMaxSize(40);
        return chunks.flatMap(sizes -> Arbitraries.of(1500, 64 << 10)
                .map(reads ->
                        new Plan(sizes.stream().mapToInt(Integer::intValue).sum(), sizes, reads, End.FIN, 0, false)));
    }

    @Provide
    Arbitrary<Plan> large() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, MOST_BYTES),
                        Arbitraries.integers().between(1, 200_000).list().ofMaxSize(20),
                        Arbitraries.of(8 << 10, 64 << 10),
                        Arbitraries.of(End.class),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of(true, false))
                .as(Plan::new);
    }

    @Provide
    Arbitrary<ConnectionLimits> limits() {
        return Arbitraries.integers()
                .between(1_000, 200_000)
                .flatMap(high -> Arbitraries.integers()
                        .between(0, high)
                        .flatMap(low -> Arbitraries.integers()
                                .between(1_000, 300_000)
                                .map(read -> ConnectionLimits.builder()
                                        .waterMarks(low, high)
                                        .maxQueuedBytes(high + 1 + read)
                                        .maxInboundBytes(1 + read / 2)
                                        .readBudgetBytes(read)
                                        .build())));
    }
}
