package io.eventloop.engine;

/**
 * The few connections with the highest scores among many, highest first; of equal ones the first that was offered.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none; cleared after use, so that it keeps nothing alive.
 *
 * <p><b>Failure:</b> none; what does not fit is left out.
 */
final class Ranking {
    private final SocketConnection[] connections;
    private final long[] scores;
    private int size;

    Ranking(int places) {
        connections = new SocketConnection[places];
        scores = new long[places];
    }

    void offer(SocketConnection connection, long score) {
        if (size == connections.length) {
            if (score <= scores[size - 1]) {
                return;
            }
            size--;
        }
        int place = size;
        while (place > 0 && scores[place - 1] < score) {
            connections[place] = connections[place - 1];
            scores[place] = scores[place - 1];
            place--;
        }
        connections[place] = connection;
        scores[place] = score;
        size++;
    }

    int size() {
        return size;
    }

    SocketConnection connection(int place) {
        return connections[place];
    }

    long score(int place) {
        return scores[place];
    }

    /** The highest score; 0 if there is none. */
    long highest() {
        return size == 0 ? 0 : scores[0];
    }

    void clear() {
        while (size > 0) {
            connections[--size] = null;
        }
    }
}
