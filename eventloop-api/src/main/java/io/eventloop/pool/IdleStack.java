package io.eventloop.pool;

import java.util.Arrays;

/**
 * The idle connections of one endpoint, the one returned last on top: so that the others grow old and are closed when less
 * is going on.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none; the endpoint bounds it.
 */
final class IdleStack {
    private PooledConnection[] entries = new PooledConnection[8];
    private int size;

    int size() {
        return size;
    }

    /** From 0, the longest idle one. */
    PooledConnection get(int index) {
        return entries[index];
    }

    void push(PooledConnection entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
        }
        entries[size++] = entry;
    }

    /** Takes one out that is in it, in most cases the top. */
    void remove(PooledConnection entry) {
        int index = size - 1;
        while (entries[index] != entry) {
            index--;
        }
        size--;
        System.arraycopy(entries, index + 1, entries, index, size - index);
        entries[size] = null;
    }
}
