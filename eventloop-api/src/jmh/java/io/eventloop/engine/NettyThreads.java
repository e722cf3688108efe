package io.eventloop.engine;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs benchmarks on threads of Netty's own kind: on others its allocators keep no cache and take locks instead. */
public final class NettyThreads extends ThreadPoolExecutor {
    /** As JMH makes it, for {@code -Djmh.executor=CUSTOM}. */
    public NettyThreads(int threads, String namePrefix) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(namePrefix, true));
    }
}
