package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.BufferLeak;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPool;
import io.eventloop.BufferPoolMetrics;
import io.eventloop.BufferPoolOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

/**
 * The buffers of one loop, cut from slabs of direct memory.
 *
 * <p>An acquisition takes, in this order, what is found first: a free buffer of the smallest class that fits, one that
 * another thread released, a slice of a new slab if the byte limit allows one, a buffer of a larger class. Slabs are
 * kept: memory that one class has taken is never given to another. Unpooled memory no longer counts once it is
 * released, although the garbage collector frees it later; the JVM's own limit on direct memory covers that gap.
 *
 * <p>In production mode nothing is allocated once every slice was used; in guarded mode each acquisition hands out a
 * fresh object, released memory is poisoned, and a {@link LeakLedger} knows what is out. Leaked memory stays in use.
 *
 * <p><b>Threading:</b> loop-confined, except {@link Buffer#release()}, {@link #metrics()} and {@link #outstanding()}. A
 * buffer released elsewhere waits on a lock-free stack for {@link #reclaimReleased()}; it is linked through the buffer
 * itself, so the number of buffers bounds it.
 *
 * <p><b>Ownership:</b> the pool owns free buffers; direct memory goes to the garbage collector after the last buffer.
 *
 * <p><b>Failure:</b> {@link BufferLimitExceededException} at the byte limit, {@link IllegalStateException} off the loop
 * and after {@link #close()}. Releases after the close are harmless, from any thread.
 */
public final class SlabPool implements BufferPool, AutoCloseable {
    private final BufferPoolOptions options;
    private final String name;
    private final IntFunction<ByteBuffer> source;
    private final ToLongFunction<ByteBuffer> addressOf;
    private final BooleanSupplier inLoop;
    private final LeakLedger ledger;
    private final boolean guarded;
    private final SizeClass[] classes;
    private final int smallBytes;
    private final int mediumBytes;
    private final int largeBytes;
    private final AtomicReference<PooledBuffer> releasedElsewhere = new AtomicReference<>();
    private boolean closed;

    /** How the JVM refused memory; null while it may be asked. */
    private OutOfMemoryError exhausted;

    /** Slabs and unpooled memory together; what the limit is about. */
    private long heldBytes;

    private final OwnerCounter reservedBytes = new OwnerCounter();
    private final OwnerCounter usedBytes = new OwnerCounter();
    private final OwnerCounter peakUsedBytes = new OwnerCounter();
    private final OwnerCounter acquired = new OwnerCounter();
    private final OwnerCounter released = new OwnerCounter();
    private final OwnerCounter unpooled = new OwnerCounter();
    private final OwnerCounter crossThreadReleases = new OwnerCounter();
    private final OwnerCounter refused = new OwnerCounter();

    /**
     * A pool that logs leaks.
     *
     * @param name for messages; the loop's
     * @param addressOf the address of a direct buffer's index 0, or 0 where the transport has no use for it
     * @param inLoop whether the calling thread is the loop's
     */
    public SlabPool(
            BufferPoolOptions options, String name, ToLongFunction<ByteBuffer> addressOf, BooleanSupplier inLoop) {
        this(options, name, addressOf, inLoop, LeakLedger.LOGGED);
    }

    /**
     * A pool that reports leaks.
     *
     * @param leaks called in guarded mode, by the loop, from an acquisition or the close
     */
    public SlabPool(
            BufferPoolOptions options,
            String name,
            ToLongFunction<ByteBuffer> addressOf,
            BooleanSupplier inLoop,
            Consumer<BufferLeak> leaks) {
        this(options, name, ByteBuffer::allocateDirect, addressOf, inLoop, leaks);
    }

    /**
     * A pool that has its memory from somebody else than the JVM.
     *
     * @param source direct memory of so many bytes; throws {@link OutOfMemoryError} where the JVM would
     */
    SlabPool(
            BufferPoolOptions options,
            String name,
            IntFunction<ByteBuffer> source,
            ToLongFunction<ByteBuffer> addressOf,
            BooleanSupplier inLoop,
            Consumer<BufferLeak> leaks) {
        this.options = options;
        this.name = name;
        this.source = source;
        this.addressOf = addressOf;
        this.inLoop = inLoop;
        guarded = options.guarded();
        ledger = new LeakLedger(leaks);
        smallBytes = options.smallBytes();
        mediumBytes = options.mediumBytes();
        largeBytes = options.largeBytes();
        classes = new SizeClass[] {
            new SizeClass(this, smallBytes), new SizeClass(this, mediumBytes), new SizeClass(this, largeBytes)
        };
    }

    @Override
    public PooledBuffer acquire(int minBytes) {
        checkOpenInLoop();
        if (guarded) {
            ledger.reportCollected();
        }
        PooledBuffer buffer = minBytes > largeBytes ? unpooled(minBytes) : pooled(classIndex(minBytes), minBytes);
        acquired.add(1);
        usedBytes.add(buffer.capacity());
        peakUsedBytes.max(usedBytes.get());
        return buffer.acquired();
    }

    @Override
    public PooledBuffer wrap(ByteBuffer direct) {
        checkOpenInLoop();
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("a heap buffer cannot be wrapped: copy it into an acquired buffer");
        }
        ByteBuffer memory = direct.slice();
        PooledBuffer buffer = new PooledBuffer(this, null, memory.asReadOnlyBuffer(), addressOf.applyAsLong(memory));
        buffer.acquired();
        buffer.indexes(0, memory.capacity());
        return buffer;
    }

    @Override
    public int largestClassBytes() {
        return largeBytes;
    }

    @Override
    public BufferPoolMetrics metrics() {
        return new BufferPoolMetrics(
                reservedBytes.get(),
                usedBytes.get(),
                peakUsedBytes.get(),
                acquired.get(),
                released.get(),
                unpooled.get(),
                crossThreadReleases.get(),
                refused.get());
    }

    /** Buffers that are out, by capacity; from any thread, exact on the loop's. */
    long usedBytes() {
        return usedBytes.get();
    }

    /**
     * Takes back what other threads released; the loop calls it once per turn.
     *
     * @return how many buffers that were
     */
    public int reclaimReleased() {
        if (releasedElsewhere.get() == null) {
            return 0;
        }
        int count = 0;
        PooledBuffer buffer = releasedElsewhere.getAndSet(null);
        while (buffer != null) {
            PooledBuffer following = buffer.next;
            buffer.next = null;
            settle(buffer);
            buffer = following;
            count++;
        }
        crossThreadReleases.add(count);
        return count;
    }

    /** Bytes that count towards {@link #maxBytes()}: slabs, and unpooled memory in use. */
    public long heldBytes() {
        return heldBytes;
    }

    /** The most that {@link #heldBytes()} may be. */
    public long maxBytes() {
        return options.maxBytes();
    }

    /** The buffers that are out, in the order of their acquisition; always empty in production mode. */
    public List<BufferLeak> outstanding() {
        return ledger.outstanding();
    }

    /** Ends the pool: in guarded mode every buffer that is still out is reported as a leak. The loop's last act on it. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            reclaimReleased();
            ledger.close();
        }
    }

    boolean isGuarded() {
        return guarded;
    }

    LeakLedger ledger() {
        return ledger;
    }

    boolean inLoop() {
        return inLoop.getAsBoolean();
    }

    /** Receives a released buffer. Memory that others share was never the pool's. */
    void takeBack(PooledBuffer buffer, boolean fromLoop) {
        if (buffer.isReadOnly()) {
            return;
        }
        if (fromLoop) {
            settle(buffer);
            return;
        }
        PooledBuffer head;
        do {
            head = releasedElsewhere.get();
            buffer.next = head;
        } while (!releasedElsewhere.compareAndSet(head, buffer));
    }

    private void settle(PooledBuffer buffer) {
        int bytes = buffer.capacity();
        SizeClass sizeClass = buffer.sizeClass();
        if (sizeClass == null) {
            heldBytes -= bytes;
        } else {
            sizeClass.put(buffer);
        }
        usedBytes.add(-bytes);
        released.add(1);
    }

    private int classIndex(int minBytes) {
        if (minBytes < 0) {
            throw new IllegalArgumentException("minBytes is " + minBytes);
        }
        return minBytes <= smallBytes ? 0 : minBytes <= mediumBytes ? 1 : 2;
    }

    private PooledBuffer pooled(int index, int minBytes) {
        PooledBuffer buffer = classes[index].take();
        return buffer != null ? buffer : replenished(index, minBytes);
    }

    private PooledBuffer replenished(int index, int minBytes) {
        reclaimReleased();
        PooledBuffer buffer = classes[index].take();
        BufferLimitExceededException refusal = null;
        if (buffer == null && hasRoomFor(options.slabBytes())) {
            try {
                addSlab(classes[index]);
                return classes[index].take();
            } catch (BufferLimitExceededException e) {
                refusal = e;
            }
        }
        for (int larger = index + 1; buffer == null && larger < classes.length; larger++) {
            buffer = classes[larger].take();
        }
        if (buffer == null) {
            throw refusal == null ? refusal(minBytes) : refusal;
        }
        return buffer;
    }

    private void addSlab(SizeClass sizeClass) {
        ByteBuffer slab = allocate(options.slabBytes());
        sizeClass.add(slab, addressOf.applyAsLong(slab));
        heldBytes += slab.capacity();
        reservedBytes.add(slab.capacity());
    }

    private PooledBuffer unpooled(int bytes) {
        if (!hasRoomFor(bytes)) {
            reclaimReleased();
        }
        if (!hasRoomFor(bytes)) {
            throw refusal(bytes);
        }
        ByteBuffer memory = allocate(bytes);
        heldBytes += bytes;
        unpooled.add(1);
        return new PooledBuffer(this, null, memory, addressOf.applyAsLong(memory));
    }

    private boolean hasRoomFor(int bytes) {
        return bytes <= options.maxBytes() - heldBytes;
    }

    /**
     * The JVM has a limit of its own, {@code -XX:MaxDirectMemorySize}: reaching it is no more than reaching ours. Only, before
     * it refuses it waits for its collector, half a second in all, so it is not asked again each time, but after a wait that
     * {@link LoopMemory} keeps.
     */
    private ByteBuffer allocate(int bytes) {
        if (exhausted == null) {
            try {
                return source.apply(bytes);
            } catch (OutOfMemoryError e) {
                exhausted = e;
            }
        }
        BufferLimitExceededException refusal = refusal(bytes);
        refusal.initCause(exhausted);
        throw refusal;
    }

    /** Whether the JVM has refused memory, and is not asked for more until {@link #askAgain}. */
    boolean isExhausted() {
        return exhausted != null;
    }

    void askAgain() {
        exhausted = null;
    }

    private BufferLimitExceededException refusal(int askedBytes) {
        refused.add(1);
        return new BufferLimitExceededException(askedBytes, usedBytes.get(), options.maxBytes());
    }

    private void checkOpenInLoop() {
        if (!inLoop.getAsBoolean()) {
            throw new IllegalStateException("buffer pool of " + name + " used on thread "
                    + Thread.currentThread().getName());
        }
        if (closed) {
            throw new IllegalStateException("buffer pool of " + name + " is closed");
        }
    }
}
