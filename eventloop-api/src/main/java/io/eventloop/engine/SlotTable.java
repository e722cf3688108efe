package io.eventloop.engine;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The endpoints of one loop by slot. A slot's generation grows with each tenant, so that an event for an earlier one is
 * known to be stale.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link #add} answers false at the limit.
 */
final class SlotTable {
    private final int limit;
    private Endpoint[] endpoints = new Endpoint[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;
    private int size;

    SlotTable(int limit) {
        this.limit = limit;
    }

    boolean add(Endpoint endpoint) {
        if (size == limit) {
            return false;
        }
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == endpoints.length) {
            endpoints = Arrays.copyOf(endpoints, slot * 2);
            generations = Arrays.copyOf(generations, slot * 2);
        }
        endpoints[slot] = endpoint;
        endpoint.slot = slot;
        endpoint.generation = generations[slot];
        size++;
        return true;
    }

    void remove(Endpoint endpoint) {
        int slot = endpoint.slot;
        endpoints[slot] = null;
        generations[slot]++;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
        endpoint.slot = -1;
        size--;
    }

    /** The endpoint, or null if that tenant has gone. */
    Endpoint get(int slot, int generation) {
        Endpoint endpoint = slot < endpoints.length ? endpoints[slot] : null;
        return endpoint != null && endpoint.generation == generation ? endpoint : null;
    }

    int size() {
        return size;
    }

    /** Visits every endpoint; the visitor may remove the one it is given. */
    void forEach(Consumer<Endpoint> visitor) {
        for (int i = 0; i < used; i++) {
            Endpoint endpoint = endpoints[i];
            if (endpoint != null) {
                visitor.accept(endpoint);
            }
        }
    }
}
