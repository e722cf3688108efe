package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who waits, who is next, and who has to go. */
class WaitingRoomTest {
    private final Map<WaitingTask, String> names = new HashMap<>();

    private WaitingTask task(String name) {
        WaitingTask task = new WaitingTask(name.startsWith("first"), () -> {}, () -> {});
        names.put(task, name);
        return task;
    }

    private WaitingRoom room(int max, String... waiting) {
        WaitingRoom room = new WaitingRoom(max);
        for (String name : waiting) {
            assertNull(room.add(task(name)));
        }
        return room;
    }

    private List<String> taken(WaitingRoom room) {
        return room.clear().stream().map(names::get).toList();
    }

    @Test
    void servesInTheOrderOfComingAsLongAsHalfOfItIsFree() {
        assertEquals(List.of("a", "b", "c", "d"), taken(room(8, "a", "b", "c", "d")));
    }

    @Test
    void servesTheNewestFirstWhileMoreThanHalfOfItIsTaken() {
        assertEquals(List.of("f", "e", "a", "b", "c", "d"), taken(room(8, "a", "b", "c", "d", "e", "f")));
    }

    @Test
    void servesThoseFirstWhoGoFirst() {
        assertEquals(List.of("first a", "first b", "c", "d"), taken(room(64, "c", "first a", "d", "first b")));
    }

    @Test
    void leavesAFourthOfTheTurnsToOthers() {
        WaitingRoom room = room(64);
        for (int i = 0; i < 12; i++) {
            room.add(task("first " + i));
            room.add(task("other " + i));
        }
        List<String> order = taken(room);
        for (int i = 0; i < 12; i++) {
            assertEquals((i + 1) % 4 == 0, order.get(i).startsWith("other"), order.toString());
        }
    }

    @Test
    void makesTheOldestGoWhenItIsFull() {
        WaitingRoom room = room(4, "a", "b", "first", "c");
        assertEquals("a", names.get(room.add(task("d"))));
        assertEquals("b", names.get(room.add(task("first too"))));
        assertEquals(4, room.size());
    }

    @Test
    void leavesAFourthOfThePlacesToOthers() {
        WaitingRoom room = room(8, "a", "b", "c");
        for (int i = 0; i < 5; i++) {
            assertNull(room.add(task("first " + i)));
        }
        assertEquals("a", names.get(room.add(task("first 5"))));
        assertEquals("first 0", names.get(room.add(task("first 6"))));
        assertEquals("first 1", names.get(room.add(task("d"))));
        assertEquals("b", names.get(room.add(task("e"))));
    }

    @Test
    void hasAPlaceForOne() {
        WaitingRoom room = room(1, "a");
        assertEquals("a", names.get(room.add(task("first"))));
        assertEquals("first", names.get(room.add(task("b"))));
        assertEquals(List.of("b"), taken(room));
        assertNull(room.take());
    }

    @Test
    void forgetsWhoLeaves() {
        WaitingRoom room = room(8, "a");
        WaitingTask leaving = task("b");
        room.add(leaving);
        room.add(task("c"));
        assertTrue(room.remove(leaving));
        assertFalse(room.remove(leaving));
        WaitingTask taken = room.take();
        assertEquals("a", names.get(taken));
        assertFalse(room.remove(taken));
        assertEquals(List.of("c"), taken(room));
    }

    /** Against the rules written down with lists. */
    @Test
    void doesWhatTheRulesSayWhateverHappens() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int max = 1 + random.nextInt(12);
            WaitingRoom room = new WaitingRoom(max);
            List<WaitingTask> first = new ArrayList<>();
            List<WaitingTask> rest = new ArrayList<>();
            int contested = 0;
            for (int i = 0; i < 200; i++) {
                int size = first.size() + rest.size();
                int what = random.nextInt(8);
                if (what < 4) {
                    WaitingTask task = task(random.nextBoolean() ? "first" : "rest");
                    List<WaitingTask> crowded = first.isEmpty() || rest.size() > max / 4 ? rest : first;
                    WaitingTask expected = size == max ? crowded.remove(0) : null;
                    assertSame(expected, room.add(task), "seed " + seed);
                    (task.goesFirst ? first : rest).add(task);
                } else if (what < 7) {
                    boolean both = !first.isEmpty() && !rest.isEmpty();
                    contested += both ? 1 : 0;
                    List<WaitingTask> lane = first.isEmpty() || both && contested % 4 == 0 ? rest : first;
                    WaitingTask expected = lane.isEmpty() ? null : lane.remove(size > max / 2 ? lane.size() - 1 : 0);
                    assertSame(expected, room.take(), "seed " + seed);
                } else if (size > 0) {
                    List<WaitingTask> lane = first.isEmpty() || !rest.isEmpty() && random.nextBoolean() ? rest : first;
                    assertTrue(room.remove(lane.remove(random.nextInt(lane.size()))), "seed " + seed);
                }
                assertEquals(first.size() + rest.size(), room.size(), "seed " + seed);
            }
        }
    }
}
