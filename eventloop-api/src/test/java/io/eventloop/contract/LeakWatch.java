package io.eventloop.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what guarded pools log about buffers that nobody released, from its making to its close. Thread-safe. */
public final class LeakWatch extends Handler {
    /** Held strongly: the log manager forgets loggers, and their handlers, that nobody holds. */
    private final Logger logger = Logger.getLogger("io.eventloop.buffers");

    private final List<String> leaks = new ArrayList<>();

    /** Begins to listen. */
    public LeakWatch() {
        logger.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord logged) {
        leaks.add(logged.getMessage() + stack(logged.getThrown()));
    }

    private static String stack(Throwable acquired) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = acquired; t != null; t = t.getCause()) {
            for (StackTraceElement element : t.getStackTrace()) {
                text.append("\n    at ").append(element);
            }
        }
        return text.toString();
    }

    /** The leaks since the last call, with the stacks that acquired the buffers. */
    public synchronized List<String> take() {
        List<String> taken = List.copyOf(leaks);
        leaks.clear();
        return taken;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
