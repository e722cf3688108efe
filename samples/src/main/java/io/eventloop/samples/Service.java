package io.eventloop.samples;

import io.eventloop.DrainReport;
import io.eventloop.Environment;
import io.eventloop.EventLoopGroup;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Keeps a sample running until the process is told to end, by {@code SIGTERM} or {@code SIGINT}: then its group is
 * drained, within a bound, and statistics are printed while the JVM waits in its shutdown hook.
 *
 * <p><b>Threading:</b> one thread runs it; the hook is another. <b>Ownership:</b> ends the group.
 *
 * <p><b>Failure:</b> a group that ends by itself is a {@link RunFailure}.
 */
final class Service {
    /** What the drain may take beyond its deadline, to abort and close what is left. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final String name;
    private final EventLoopGroup group;
    private final PrintWriter out;
    private final Supplier<String> statistics;
    private volatile Function<Duration, CompletableFuture<DrainReport>> drain;
    private volatile Runnable afterDrain = () -> {};
    private volatile boolean ending;
    private String announcement = "";

    /** Of the command, under its name, with a group that has begun to listen. */
    Service(CommandSpec command, EventLoopGroup group, Supplier<String> statistics) {
        this.name = command.name();
        this.group = group;
        drain = group::shutdown;
        this.out = command.commandLine().getOut();
        this.statistics = statistics;
    }

    /** Has it say what it runs on, and where clients find it. */
    Service announceAt(String where) {
        return announce("transport " + group.transportReason() + ", threads "
                + group.loops().size() + ", listening on " + where);
    }

    /** Has it say this, once it can be told to end. */
    Service announce(String line) {
        announcement = line;
        return this;
    }

    /** Has it drain in another way than by the group's shutdown, which has to follow from it. */
    Service drainBy(Function<Duration, CompletableFuture<DrainReport>> how) {
        drain = how;
        return this;
    }

    /** Has this done once the group has ended: the JVM ends with the hook, and waits for nothing else. */
    Service afterDrain(Runnable last) {
        afterDrain = last;
        return this;
    }

    /**
     * Returns after a drain.
     *
     * @param limit how long connections may take to end
     * @param interval between two lines of statistics; zero for none
     */
    void run(Duration limit, Duration interval) throws RunFailure, InterruptedException {
        Runtime.getRuntime().addShutdownHook(Environment.system().newThread(name + "-drain", () -> drain(limit)));
        say(announcement);
        while (!isClosedAfter(interval)) {
            say(statistics.get());
        }
        if (!ending) {
            throw new RunFailure("the event loops ended by themselves; the log says why", null);
        }
    }

    /** Prints a line, behind the sample's name. */
    private void say(String line) {
        out.println(name + ": " + line);
    }

    private boolean isClosedAfter(Duration interval) throws InterruptedException {
        try {
            if (interval.isZero()) {
                group.closed().get();
            } else {
                group.closed().get(interval.toNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    private void drain(Duration limit) {
        ending = true;
        say("draining for at most " + limit.toMillis() + " ms");
        try {
            DrainReport report = drain.apply(limit).get(limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
            say("drained " + report.draining() + " connections, " + report.aborted() + " aborted");
        } catch (TimeoutException e) {
            say("the drain did not end");
        } catch (ExecutionException | IllegalStateException e) {
            say("the drain failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        afterDrain.run();
        say(statistics.get());
        out.flush();
    }
}
