package io.eventloop.engine;

import io.eventloop.Connection.State;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The readers that the governor of a loop holds back. It is a matter apart from what handlers ask for by
 * {@code pauseReading}: a connection is read while neither of the two objects.
 *
 * <p><b>Threading:</b> loop-confined, except the figures. <b>Ownership:</b> none. <b>Failure:</b> none; the loop's
 * connections bound their number.
 */
final class PausedReaders {
    private final List<SocketConnection> readers = new ArrayList<>();
    private final OwnerCounter pauses = new OwnerCounter();
    private final OwnerCounter resumes = new OwnerCounter();

    long pauses() {
        return pauses.get();
    }

    long resumes() {
        return resumes.get();
    }

    void pause(SocketConnection connection) {
        connection.in().throttle().hold();
        readers.add(connection);
        pauses.add(1);
    }

    /** Lets all of them read for a while. */
    void letRead() {
        for (SocketConnection reader : readers) {
            reader.in().throttle().letRead();
        }
    }

    /** That while is over. */
    void hold() {
        for (SocketConnection reader : readers) {
            reader.in().throttle().hold();
        }
    }

    /** That while is over: those that are still large are held again, the others are let go. */
    void hold(Predicate<SocketConnection> isLarge) {
        int kept = 0;
        for (int i = 0; i < readers.size(); i++) {
            SocketConnection reader = readers.get(i);
            if (reader.phase() == State.CLOSED) {
                continue;
            }
            if (isLarge.test(reader)) {
                reader.in().throttle().hold();
                readers.set(kept++, reader);
            } else {
                resume(reader);
            }
        }
        readers.subList(kept, readers.size()).clear();
    }

    void resumeAll() {
        for (SocketConnection reader : readers) {
            if (reader.phase() != State.CLOSED) {
                resume(reader);
            }
        }
        readers.clear();
    }

    private void resume(SocketConnection reader) {
        reader.in().throttle().end();
        resumes.add(1);
    }
}
