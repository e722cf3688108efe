package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndTasksTest {
    private final EndTasks tasks = new EndTasks();
    private final List<String> ran = new ArrayList<>();

    @Test
    void runEachOnceInTheOrderOfTheirComing() {
        tasks.add(() -> ran.add("one"));
        Runnable takeBack = tasks.add(() -> ran.add("taken back"));
        tasks.add(() -> ran.add("two"));
        takeBack.run();
        tasks.close(Runnable::run);
        tasks.close(Runnable::run);
        takeBack.run();
        assertEquals(List.of("one", "two"), ran);
    }

    @Test
    void mayTakeOthersBackWhileTheyRun() {
        Runnable[] takeBack = new Runnable[1];
        tasks.add(() -> takeBack[0].run());
        takeBack[0] = tasks.add(() -> ran.add("taken back"));
        tasks.close(Runnable::run);
        assertEquals(List.of(), ran);
    }

    @Test
    void haveALimit() {
        for (int i = 0; i < EventLoop.MAX_END_TASKS; i++) {
            tasks.add(() -> {});
        }
        Exception full = assertThrows(IllegalStateException.class, () -> tasks.add(() -> {}));
        assertEquals("the loop has 1024 end tasks already", full.getMessage());
    }

    @Test
    void takeNoMoreAfterTheEnd() {
        tasks.close(Runnable::run);
        assertThrows(IllegalStateException.class, () -> tasks.add(() -> {}));
    }
}
