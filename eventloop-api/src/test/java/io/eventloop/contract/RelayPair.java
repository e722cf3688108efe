package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.Listener;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two connections of one loop, the peers at their other ends, and, once they are joined, the relay between them. After
 * the test its group is closed, and then the relay has completed once and no byte is left in a buffer.
 */
final class RelayPair implements AutoCloseable {
    /** More than the kernel's buffers on both sides of a loopback connection hold. */
    static final int MUCH_BYTES = 32 << 20;

    /** Reads so small that a relay never takes them for a large flow: all bytes go through memory. */
    static final ConnectionLimits COPIED =
            ConnectionLimits.builder().maxInboundBytes(16 << 10).build();

    /** Takes all of {@link #MUCH_BYTES} into memory without holding back. */
    static final ConnectionLimits DEEP = COPIED.toBuilder()
            .waterMarks(MUCH_BYTES, 2 * MUCH_BYTES)
            .maxQueuedBytes(4 * MUCH_BYTES)
            .maxQueuedWrites(1 << 20)
            .build();

    /** Turns without a byte taken after which a sender that is held back is stuck, as far as its bounds go. */
    private static final int STUCK_TURNS = 100;

    /** How both connections ended. */
    record Completion(CloseReason a, CloseReason b) {}

    final EventLoop loop;
    final Connection a;
    final Connection b;
    final Peer peerA;
    final Peer peerB;
    private final TransportContract contract;
    private final RecordingHandler handlerOfA;
    private final RecordingHandler handlerOfB;
    private final CompletableFuture<Completion> completion = new CompletableFuture<>();
    private final AtomicInteger completions = new AtomicInteger();
    private Relay relay;

    private RelayPair(TransportContract contract, ConnectionLimits limits) throws IOException {
        this.contract = contract;
        handlerOfA = waiting();
        handlerOfB = waiting();
        RecordingHandler[] next = {handlerOfB, handlerOfA};
        int[] left = {2};
        Listener listener = contract.listen(TransportContract.with(limits), c -> next[--left[0]]);
        peerA = contract.connectTo(listener);
        a = handlerOfA.opened();
        peerB = contract.connectTo(listener);
        b = handlerOfB.opened();
        loop = a.loop();
    }

    private RecordingHandler waiting() {
        return contract.handler().whenData((c, in) -> {}).whenInputClosed(c -> {});
    }

    /** Two connections on the test's group that are not joined. */
    static RelayPair open(TransportContract contract, ConnectionLimits limits) throws IOException {
        return contract.closedLater(new RelayPair(contract, limits));
    }

    /** Two connections on the test's group, joined with the default options. */
    static RelayPair joined(TransportContract contract, ConnectionLimits limits) throws IOException {
        return open(contract, limits).join(RelayOptions.DEFAULT);
    }

    /** Joins them. */
    RelayPair join(RelayOptions options) {
        handlerOfA.replaced();
        handlerOfB.replaced();
        relay = call(() -> Relay.join(a, b, options, (ended, ofA, ofB) -> {
            completions.incrementAndGet();
            completion.complete(new Completion(ofA, ofB));
        }));
        return this;
    }

    /** Runs something on the loop. */
    <T> T call(Callable<T> body) {
        return OnLoop.call(loop, body);
    }

    /** Waits until something holds on the loop. */
    void await(String what, Callable<Boolean> condition) {
        Await.until(what, loop, () -> call(condition));
    }

    /** Waits for the relay's completion. */
    Completion completion() {
        return Await.value("the completion of the relay", completion);
    }

    /** Whether the relay has completed. */
    boolean isComplete() {
        return completion.isDone();
    }

    /** What it counted from a. */
    long bytesFromA() {
        return call(relay::bytesFromA);
    }

    /** Waits until it has counted so many from a. */
    void awaitBytesFromA(long count) {
        await(count + " bytes from a", () -> relay.bytesFromA() == count);
    }

    /** What it counted from b. */
    long bytesFromB() {
        return call(relay::bytesFromB);
    }

    /** Sends from a's peer on a thread of its own, which alone may use that peer, then a FIN. */
    CompletableFuture<Void> sendAndEnd(byte[] bytes) {
        return Aside.run("the sender", () -> {
            peerA.send(bytes);
            peerA.shutdownOutput();
        });
    }

    /** Sends from a's peer as much as the kernel takes while the loop stands still, so that it then reads in full. */
    int sendAtOnce(byte[] bytes) {
        int[] sent = new int[1];
        LoopGate.whileHeld(loop, () -> sent[0] = peerA.sendSome(bytes));
        return sent[0];
    }

    /**
     * Sends from a's peer until it is held back and nothing takes any more, while b's peer takes nothing. Returns the
     * bytes sent. That the kernel takes nothing for a while is not enough: it may be about to acknowledge.
     */
    int sendUntilStuck(byte[] bytes, Callable<Boolean> isHeldBack) throws IOException {
        int[] sent = {sendAtOnce(bytes)};
        int[] turns = {0};
        Await.until("a sender that is held back", loop, () -> {
            int taken = sendSome(bytes, sent[0]);
            sent[0] += taken;
            turns[0] = taken > 0 ? 0 : turns[0] + 1;
            return turns[0] > STUCK_TURNS && call(isHeldBack);
        });
        return sent[0];
    }

    private int sendSome(byte[] bytes, int from) {
        try {
            return peerA.sendSome(Arrays.copyOfRange(bytes, from, bytes.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        TransportContract.closeBounded(contract.group());
        assertEquals(0, contract.group().metrics().buffers().usedBytes(), "bytes of buffers not given back");
        assertEquals(relay == null ? 0 : 1, completions.get(), "completions of the relay");
    }
}
