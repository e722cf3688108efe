package io.eventloop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** The system's clocks, randomness and threads. No other class of the library asks the system for them. */
enum SystemEnvironment implements Environment {
    INSTANCE;

    @Override
    public NanoClock clock() {
        return SystemNanoClock.INSTANCE;
    }

    @Override
    public EpochClock wallClock() {
        return SystemEpochClock.INSTANCE;
    }

    @Override
    public long randomLong() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Thread newThread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public Thread newWorkerThread(String name, Runnable body) {
        return VirtualThreads.UNSTARTED.isEmpty()
                ? newThread(name, body)
                : VirtualThreads.named(name, VirtualThreads.UNSTARTED.get(), body);
    }

    /** Virtual threads, looked up by name because this is compiled for Java 17. */
    private static final class VirtualThreads {
        /** {@code Thread.startVirtualThread} without the start: {@code Thread.ofVirtual().unstarted(Runnable)}. */
        private static final Optional<MethodHandle> UNSTARTED = find();

        private static Optional<MethodHandle> find() {
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
                MethodHandle make = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
                MethodHandle unstarted =
                        lookup.findVirtual(builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class));
                return Optional.of(MethodHandles.foldArguments(unstarted, make));
            } catch (ReflectiveOperationException e) {
                return Optional.empty();
            }
        }

        private static Thread named(String name, MethodHandle unstarted, Runnable body) {
            try {
                Thread thread = (Thread) unstarted.invokeExact(body);
                thread.setName(name);
                return thread;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
