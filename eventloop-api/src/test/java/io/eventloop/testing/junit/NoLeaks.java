package io.eventloop.testing.junit;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Closes the groups of a test after it and fails it if one of them has buffers or connections left.
 *
 * <pre>{@code
 * @RegisterExtension
 * final NoLeaks leaks = new NoLeaks();
 * EventLoopGroup group = leaks.watch(EventLoopGroup.builder().build());
 * }</pre>
 *
 * <p><b>Threading:</b> the test's thread. <b>Ownership:</b> closes what it watches.
 *
 * <p><b>Failure:</b> {@link AssertionError} naming the loop and the bytes.
 */
public final class NoLeaks implements AfterEachCallback {
    private final List<EventLoopGroup> groups = new ArrayList<>();

    /** Watches nothing yet. */
    public NoLeaks() {}

    /** The group, watched. */
    public EventLoopGroup watch(EventLoopGroup group) {
        groups.add(group);
        return group;
    }

    @Override
    public void afterEach(ExtensionContext test) {
        List<String> left = new ArrayList<>();
        for (EventLoopGroup group : groups) {
            group.close();
            group.closed().join();
            for (EventLoop loop : group.loops()) {
                long bytes = loop.metrics().buffers().usedBytes();
                long connections = loop.metrics().active();
                if (bytes != 0 || connections != 0) {
                    left.add(loop.name() + ": " + bytes + " bytes of buffers, " + connections + " connections");
                }
            }
        }
        groups.clear();
        Assertions.assertTrue(left.isEmpty(), () -> "left behind: " + left);
    }
}
