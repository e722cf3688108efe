package io.eventloop.engine;

import io.eventloop.Buffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * The one kind of buffer there is: a slice of a slab, a piece of unpooled memory, or memory that others share. This
 * class knows whose it is; {@link MemoryBuffer} has the accessors.
 *
 * <pre>
 *              acquire             lend
 *       FREE ──────────► OWNED ──────────► LENT
 *            ◄──────────       ◄──────────
 *              release           reclaim (the engine's again), detach (the handler's now)
 * </pre>
 *
 * <p>Each other transition throws, in every mode. Beyond that, in guarded mode, ownership never changes hands on the
 * same object: release, detach, reclaim and takeOver bury it, with the stack that did, and its memory lives on in a
 * fresh one.
 *
 * <p><b>Threading:</b> used by one thread at a time; {@link #release()} from any thread.
 *
 * <p><b>Ownership:</b> the state is the owner: nobody, whoever acquired it, or the engine while a handler looks at it.
 *
 * <p><b>Failure:</b> {@link IllegalStateException} for a transition that is not in the diagram, and in guarded mode for
 * any use of a buried buffer.
 */
public final class PooledBuffer extends MemoryBuffer {
    private static final byte POISON = (byte) 0xDE;

    private static final int FREE = 0;
    private static final int OWNED = 1;
    private static final int LENT = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(PooledBuffer.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The next one in a free list or among the releases from other threads; only a free buffer is in either. */
    PooledBuffer next;

    private final SlabPool pool;
    private final SizeClass sizeClass;
    private int state;

    /** Bytes behind the write index that {@link #narrow} hid. */
    private int hidden;

    private LeakLedger.Entry entry;
    private Throwable buriedAt;

    /** A free buffer; without a size class if its memory is not from a slab. */
    PooledBuffer(SlabPool pool, SizeClass sizeClass, ByteBuffer memory, long address) {
        super(memory, address);
        this.pool = pool;
        this.sizeClass = sizeClass;
    }

    /** The class whose slab this is a slice of, or null. */
    SizeClass sizeClass() {
        return sizeClass;
    }

    /** FREE to OWNED, cleared. */
    PooledBuffer acquired() {
        state = OWNED;
        indexes(0, 0);
        if (hidden > 0) {
            showAll();
        }
        if (pool.isGuarded() && !isReadOnly()) {
            entry = pool.ledger().open(this, new Throwable("acquired here"));
        }
        return this;
    }

    boolean isLent() {
        return state == LENT;
    }

    /** OWNED to LENT: the engine lets a handler look at it. */
    void lend() {
        if (state != OWNED) {
            throw misused("lent");
        }
        state = LENT;
    }

    /**
     * Ends a loan.
     *
     * @return the engine's buffer again, to be used instead of this one; null if the handler detached it
     */
    PooledBuffer reclaim() {
        if (state != LENT) {
            return null;
        }
        state = OWNED;
        if (hidden > 0) {
            writeIndex(writeIndex() + hidden);
            showAll();
        }
        return pool.isGuarded() ? succeeded("its loan", null) : this;
    }

    /**
     * Ends the caller's ownership in favour of the engine, as {@code write} does.
     *
     * @return the engine's buffer, to be used instead of this one
     */
    PooledBuffer takeOver() {
        if (state != OWNED) {
            throw misused("handed on");
        }
        return pool.isGuarded() ? succeeded("being handed on", new Throwable("handed on here", origin())) : this;
    }

    @Override
    public Buffer detach() {
        if (state == OWNED) {
            return this;
        }
        if (state != LENT) {
            throw misused("detached");
        }
        if (hidden > 0) {
            return copied(readableBytes());
        }
        state = OWNED;
        return pool.isGuarded() ? succeeded("detach", new Throwable("detached here", origin())) : this;
    }

    @Override
    public Buffer detach(int count) {
        if (count == readableBytes()) {
            return detach();
        }
        if (state == FREE) {
            throw misused("detached");
        }
        if (count < 0 || count > readableBytes()) {
            throw new IndexOutOfBoundsException("detach of " + count + " of " + readableBytes() + " readable bytes");
        }
        return copied(count);
    }

    private Buffer copied(int count) {
        return pool.acquire(count).writeBytes(this, count);
    }

    @Override
    public int narrow(int count) {
        int more = readableBytes() - count;
        if (count < 0 || more < 0) {
            checkUsable();
            throw new IndexOutOfBoundsException("narrow to " + count + " of " + readableBytes() + " readable bytes");
        }
        if (more > 0) {
            writeIndex(readIndex() + count);
            capWritable(0);
            hidden += more;
        }
        return more;
    }

    @Override
    public Buffer widen(int hiddenBytes) {
        if (hiddenBytes < 0 || hiddenBytes > hidden) {
            checkUsable();
            throw new IndexOutOfBoundsException("widen by " + hiddenBytes + " of " + hidden + " hidden bytes");
        }
        if (hiddenBytes > 0) {
            writeIndex(writeIndex() + hiddenBytes);
            hidden -= hiddenBytes;
            if (hidden == 0) {
                showAll();
            }
        }
        return this;
    }

    private void showAll() {
        hidden = 0;
        if (!isReadOnly()) {
            uncapWritable();
        }
    }

    @Override
    public void release() {
        boolean inLoop = pool.inLoop();
        // Elsewhere by compare-and-set: there, two threads may be releasing the same buffer.
        if (inLoop ? state != OWNED : !STATE.compareAndSet(this, OWNED, FREE)) {
            throw misused("released");
        }
        state = FREE;
        if (pool.isGuarded()) {
            releaseGuarded(inLoop);
        } else {
            pool.takeBack(this, inLoop);
        }
    }

    private void releaseGuarded(boolean inLoop) {
        if (isReadOnly()) {
            bury("release");
            return;
        }
        fill(POISON);
        PooledBuffer successor = new PooledBuffer(pool, sizeClass, memory(), address());
        pool.ledger().strike(entry);
        bury("release");
        pool.takeBack(successor, inLoop);
    }

    /** Moves everything to a fresh object and buries this one. */
    private PooledBuffer succeeded(String event, Throwable acquiredAt) {
        PooledBuffer successor = new PooledBuffer(pool, sizeClass, memory(), address());
        successor.indexes(readIndex(), writeIndex());
        successor.state = OWNED;
        if (entry != null) {
            successor.entry = pool.ledger().replace(entry, successor, acquiredAt);
        }
        bury(event);
        return successor;
    }

    private void bury(String event) {
        state = FREE;
        entry = null;
        hidden = 0;
        buriedAt = new Throwable(event);
        bury();
        // The ledger takes a buffer that the collector finds before it was struck off for a leak.
        Reference.reachabilityFence(this);
    }

    private Throwable origin() {
        return entry == null ? null : entry.origin();
    }

    @Override
    void checkUsable() {
        if (buriedAt != null) {
            throw new IllegalStateException("buffer used after " + buriedAt.getMessage(), buriedAt);
        }
    }

    private IllegalStateException misused(String how) {
        checkUsable();
        return new IllegalStateException(
                state == LENT
                        ? "a lent buffer cannot be " + how + ": detach it first"
                        : "buffer " + how + " after release");
    }

    @Override
    public String toString() {
        String owner = state == OWNED ? "owned" : state == LENT ? "lent" : "free";
        return "buffer " + readIndex() + ".." + writeIndex() + " of " + capacity() + ", " + owner;
    }
}
