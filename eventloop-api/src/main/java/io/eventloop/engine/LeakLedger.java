package io.eventloop.engine;

import io.eventloop.BufferLeak;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a guarded pool knows about every acquired buffer: its size and the stack that acquired it.
 *
 * <p>A leak is found in one of two ways, and reported once: the garbage collector finds a buffer that was never
 * released, or the pool is closed while the buffer is out.
 *
 * <p><b>Threading:</b> thread-safe, as releases come from any thread. The reporter is called without the lock.
 *
 * <p><b>Ownership:</b> holds no buffer: an entry refers to it weakly enough not to keep it.
 *
 * <p><b>Failure:</b> striking off an entry twice, or after {@link #close()}, does nothing.
 */
final class LeakLedger {
    private static final System.Logger LOG = System.getLogger("io.eventloop.buffers");

    /** The reporter that logs a warning with the stack. */
    static final Consumer<BufferLeak> LOGGED = leak -> LOG.log(
            System.Logger.Level.WARNING,
            "a buffer of " + leak.capacityBytes() + " bytes was never released",
            leak.acquiredAt());

    /** One acquired buffer. */
    static final class Entry extends PhantomReference<PooledBuffer> {
        private final long serial;
        private final BufferLeak leak;

        private Entry(PooledBuffer buffer, ReferenceQueue<PooledBuffer> queue, long serial, BufferLeak leak) {
            super(buffer, queue);
            this.serial = serial;
            this.leak = leak;
        }

        /** The stack of the acquisition that began it all. */
        Throwable origin() {
            Throwable cause = leak.acquiredAt().getCause();
            return cause == null ? leak.acquiredAt() : cause;
        }
    }

    private final Consumer<BufferLeak> reporter;
    private final ReferenceQueue<PooledBuffer> collected = new ReferenceQueue<>();
    /** By serial number, so that reports come in the order of acquisition. */
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    private long nextSerial;

    LeakLedger(Consumer<BufferLeak> reporter) {
        this.reporter = reporter;
    }

    /** Enters a buffer that was acquired. */
    synchronized Entry open(PooledBuffer buffer, Throwable acquiredAt) {
        return enter(buffer, nextSerial++, new BufferLeak(buffer.capacity(), acquiredAt));
    }

    /** Enters the object that now stands for a buffer; {@code acquiredAt} is null if the owner is the same. */
    synchronized Entry replace(Entry old, PooledBuffer successor, Throwable acquiredAt) {
        strike(old);
        BufferLeak leak = acquiredAt == null ? old.leak : new BufferLeak(successor.capacity(), acquiredAt);
        return enter(successor, old.serial, leak);
    }

    /** Strikes off a buffer that was released. */
    synchronized void strike(Entry entry) {
        entry.clear();
        entries.remove(entry.serial, entry);
    }

    /** The buffers that are out, in the order of their acquisition. */
    synchronized List<BufferLeak> outstanding() {
        List<BufferLeak> out = new ArrayList<>(entries.size());
        for (Entry entry : entries.values()) {
            out.add(entry.leak);
        }
        return out;
    }

    /** Reports what the garbage collector found since the last call. */
    void reportCollected() {
        for (Object found = collected.poll(); found != null; found = collected.poll()) {
            Entry entry = (Entry) found;
            boolean isLeak;
            synchronized (this) {
                isLeak = entries.remove(entry.serial, entry);
            }
            if (isLeak) {
                reporter.accept(entry.leak);
            }
        }
    }

    /** Reports everything that is out. */
    void close() {
        reportCollected();
        List<BufferLeak> leaks;
        synchronized (this) {
            leaks = outstanding();
            entries.clear();
        }
        leaks.forEach(reporter);
    }

    private Entry enter(PooledBuffer buffer, long serial, BufferLeak leak) {
        Entry entry = new Entry(buffer, collected, serial, leak);
        entries.put(serial, entry);
        return entry;
    }
}
