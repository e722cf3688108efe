package io.eventloop.contract;

import static io.eventloop.contract.RelayPair.MUCH_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.spi.Capability;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A large flow through a relay, which goes through a pipe of the kernel where the transport has {@code SPLICE}, and
 * otherwise through memory: nobody at either end can tell.
 */
public abstract class RelayForwardContract extends TransportContract {
    /** As much as a pipe holds at most. */
    private static final int PIPE_BYTES = 1 << 20;

    private PipeWatch pipes;

    @Override
    protected EventLoopGroupBuilder builder() {
        pipes = new PipeWatch(provider());
        return super.builder().transport(pipes);
    }

    private boolean hasPipes() {
        return peers().capabilities().contains(Capability.SPLICE);
    }

    /** A relay whose one direction is full to the brim: in the pipe, where there is one, and in the kernel's buffers. */
    private final class Stuck {
        final byte[] bytes = Payload.random(MUCH_BYTES, 1);
        final RelayPair pair = RelayPair.joined(RelayForwardContract.this, ConnectionLimits.DEFAULT);
        final int sent = pair.sendUntilStuck(bytes, this::isHeldBack);

        Stuck() throws IOException {
            assertTrue(sent < MUCH_BYTES, "all " + sent + " bytes were taken");
            assertEquals(hasPipes(), pipes.bufferedBytes() > 0, pipes.bufferedBytes() + " bytes in pipes");
        }

        private boolean isHeldBack() {
            return hasPipes() ? pipes.bufferedBytes() > 0 : pair.a.isReadingPaused();
        }

        void assertPrefix(byte[] received) {
            assertTrue(received.length <= pair.bytesFromA(), received.length + " of " + pair.bytesFromA());
            assertArrayEquals(Arrays.copyOf(bytes, received.length), received);
        }
    }

    private void assertPipesGivenBack() {
        closeBounded(group());
        assertEquals(0, pipes.openPipes(), "open pipes");
    }

    @Test
    void usesPipesForLargeFlowsWhereThereAre() throws IOException {
        byte[] bytes = Payload.random(MUCH_BYTES, 2);
        RelayPair pair = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        int first = pair.sendAtOnce(bytes);
        CompletableFuture<Void> sent = pair.sendAndEnd(Arrays.copyOfRange(bytes, first, bytes.length));
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        Await.value("the end of sending", sent);
        assertEquals(MUCH_BYTES, pair.bytesFromA());
        assertEquals(hasPipes(), pipes.filledBytes() > 0, pipes.filledBytes() + " bytes through pipes");
        pair.peerB.shutdownOutput();
        assertEquals(Peer.End.FIN, pair.peerA.awaitEnd());
        assertEquals(Kind.FINISHED, pair.completion().a().kind());
        assertPipesGivenBack();
        assertEquals(0, pipes.abandonedBytes());
    }

    @Test
    void doesNotTakeAResetThatTheKernelHidForAnEnd() throws IOException {
        assumeTrue(hasPipes(), "no pipes");
        RelayPair pair = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        pipes.resetInDrain(pair.peerB::reset);
        pair.sendAtOnce(Payload.random(MUCH_BYTES, 4));
        assertEquals(Peer.End.RESET, pair.peerA.awaitEnd());
        RelayPair.Completion end = pair.completion();
        assertEquals(Kind.RESET, end.b().kind());
        assertEquals(Initiator.PEER, end.b().initiator());
        assertPipesGivenBack();
    }

    @Test
    void usesNoPipeForSmallReads() throws IOException {
        byte[] bytes = Payload.random(MUCH_BYTES / 4, 3);
        RelayPair pair = RelayPair.joined(this, RelayPair.COPIED);
        CompletableFuture<Void> sent = pair.sendAndEnd(bytes);
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        Await.value("the end of sending", sent);
        assertEquals(0, pipes.filledBytes());
    }

    @Test
    void holdsBackASenderWhoseReaderStops() throws IOException {
        Stuck stuck = new Stuck();
        RelayPair pair = stuck.pair;
        long most = ConnectionLimits.DEFAULT.highWaterBytes()
                + (hasPipes() ? PIPE_BYTES : pair.call(() -> pair.loop.buffers().largestClassBytes()));
        long queued = pair.call(pair.b::queuedBytes);
        assertTrue(queued > 0 && queued <= most, queued + " queued, at most " + most);
        pair.peerB.send(Payload.ascii("meanwhile"));
        assertEquals("meanwhile", Payload.text(pair.peerA.receive(9)));
        byte[] more = Arrays.copyOfRange(stuck.bytes, stuck.sent, MUCH_BYTES);
        CompletableFuture<Void> sent = pair.sendAndEnd(more);
        assertArrayEquals(stuck.bytes, pair.peerB.receiveToEnd());
        Await.value("the end of sending", sent);
        assertEquals(MUCH_BYTES, pair.bytesFromA());
    }

    @Test
    void deliversWhatIsUnderWayBeforeAnEnd() throws IOException {
        Stuck stuck = new Stuck();
        stuck.pair.peerA.shutdownOutput();
        assertArrayEquals(Arrays.copyOf(stuck.bytes, stuck.sent), stuck.pair.peerB.receiveToEnd());
        assertEquals(stuck.sent, stuck.pair.bytesFromA());
        stuck.pair.peerB.shutdownOutput();
        RelayPair.Completion end = stuck.pair.completion();
        assertEquals(Kind.FINISHED, end.a().kind());
        assertEquals(Kind.FINISHED, end.b().kind());
        assertPipesGivenBack();
        assertEquals(0, pipes.abandonedBytes());
    }

    @Test
    void dropsWhatIsUnderWayWhenItsSenderIsReset() throws IOException {
        Stuck stuck = new Stuck();
        stuck.pair.peerA.reset();
        Peer.Rest rest = stuck.pair.peerB.receiveRest();
        assertEquals(Peer.End.RESET, rest.end());
        stuck.assertPrefix(rest.bytes());
        RelayPair.Completion end = stuck.pair.completion();
        assertEquals(Kind.RESET, end.a().kind());
        assertEquals(Initiator.PEER, end.a().initiator());
        assertEquals(Kind.ABORTED, end.b().kind());
        assertPipesGivenBack();
    }

    @Test
    void dropsWhatIsUnderWayWhenItsReaderIsReset() throws IOException {
        Stuck stuck = new Stuck();
        stuck.pair.peerB.reset();
        assertEquals(Peer.End.RESET, stuck.pair.peerA.awaitEnd());
        RelayPair.Completion end = stuck.pair.completion();
        assertEquals(Kind.ABORTED, end.a().kind());
        assertEquals(Kind.RESET, end.b().kind());
        assertPipesGivenBack();
        assertEquals(hasPipes(), pipes.abandonedBytes() > 0, pipes.abandonedBytes() + " bytes left in pipes");
    }

    @Test
    void flushesWhatIsUnderWayWhenItsSenderIsClosedLocally() throws IOException {
        Stuck stuck = new Stuck();
        RelayPair pair = stuck.pair;
        long taken = pair.call(() -> {
            pair.a.close();
            return pair.a.bytesReceived();
        });
        pair.peerA.reset();
        Peer.Rest rest = pair.peerB.receiveRest();
        pair.peerB.close();
        RelayPair.Completion end = pair.completion();
        assertTrue(end.a().kind() == Kind.CLOSED || end.a().kind() == Kind.RESET, end.toString());
        stuck.assertPrefix(rest.bytes());
        if (rest.end() == Peer.End.FIN) {
            assertEquals(taken, rest.bytes().length);
        }
        assertPipesGivenBack();
    }
}
