package io.eventloop.tls;

import java.util.ArrayList;
import java.util.List;

/**
 * Where handshakes wait for a thread, and in which order they get one.
 *
 * <ul>
 *   <li>Those that cost little or have cost much already go first: resumed sessions, and handshakes half done. Whether a session
 *       is resumed is the client's claim until its ticket has been looked at, so every fourth turn is the others', and so is
 *       a fourth of the room.
 *   <li>As long as at most half of the room is taken, who waits longest is next. Above that whoever came last is: a queue
 *       that does not get shorter would otherwise serve each client just before it gives up, or just after.
 *   <li>When the room is full, the one that has waited longest leaves for the one that comes.
 * </ul>
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> holds what waits until it is taken or removed.
 *
 * <p><b>Failure:</b> never; at the limit {@link #add} returns whom to shed.
 */
final class WaitingRoom {
    /** What is left to others than those who go first: this part of the turns and of the room. */
    private static final int SHARE = 4;

    private final int max;
    private final Lane first = new Lane();
    private final Lane rest = new Lane();
    private int contested;

    WaitingRoom(int max) {
        this.max = max;
    }

    int size() {
        return first.size + rest.size;
    }

    /** Lets one in. Returns the one that has to go for it, null if there is room. */
    WaitingTask add(WaitingTask task) {
        WaitingTask shed = null;
        if (size() == max) {
            Lane crowded = first.size == 0 || rest.size > max / SHARE ? rest : first;
            shed = crowded.oldest;
            crowded.remove(shed);
        }
        laneOf(task).add(task);
        return shed;
    }

    /** Takes the next one, null if nobody waits. */
    WaitingTask take() {
        Lane lane = first.size == 0 ? rest : first;
        if (first.size > 0 && rest.size > 0 && ++contested % SHARE == 0) {
            lane = rest;
        }
        WaitingTask next = size() > max / 2 ? lane.newest : lane.oldest;
        if (next != null) {
            lane.remove(next);
        }
        return next;
    }

    /** Takes out one that does not want to wait any more. Returns false if it does not wait. */
    boolean remove(WaitingTask task) {
        boolean waited = task.isWaiting;
        if (waited) {
            laneOf(task).remove(task);
        }
        return waited;
    }

    /** Takes all of them. */
    List<WaitingTask> clear() {
        List<WaitingTask> all = new ArrayList<>();
        for (WaitingTask task = take(); task != null; task = take()) {
            all.add(task);
        }
        return all;
    }

    private Lane laneOf(WaitingTask task) {
        return task.goesFirst ? first : rest;
    }

    /** Those of one kind, by the time at which they came. */
    private static final class Lane {
        private WaitingTask oldest;
        private WaitingTask newest;
        private int size;

        void add(WaitingTask task) {
            task.isWaiting = true;
            task.older = newest;
            if (newest == null) {
                oldest = task;
            } else {
                newest.newer = task;
            }
            newest = task;
            size++;
        }

        void remove(WaitingTask task) {
            if (task.older == null) {
                oldest = task.newer;
            } else {
                task.older.newer = task.newer;
            }
            if (task.newer == null) {
                newest = task.older;
            } else {
                task.newer.older = task.older;
            }
            task.older = null;
            task.newer = null;
            task.isWaiting = false;
            size--;
        }
    }
}
