package io.eventloop.http.server;

/**
 * Objects that wait to be used again, the last one first.
 *
 * <p>A place keeps what was in it, so that an object which is taken and given back again and again costs no store of a
 * reference: with the collectors that keep regions, such a store can be a memory fence.
 */
final class Spares<T> {
    private final Object[] places;
    private int count;

    Spares(int most) {
        places = new Object[most];
    }

    /** The one given last, or null. */
    @SuppressWarnings("unchecked")
    T take() {
        return count == 0 ? null : (T) places[--count];
    }

    /** Keeps it, or leaves it to the garbage collector if there are enough. */
    void give(T spare) {
        if (count < places.length) {
            if (places[count] != spare) {
                places[count] = spare;
            }
            count++;
        }
    }
}
