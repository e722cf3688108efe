package io.eventloop.testing;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The engine at the limits of memory, descriptors and time, and at the end of its groups. */
final class ResourceScenarios {
    private ResourceScenarios() {}

    /** Memory and files leave in the order they were written, whole, or the receiver is told by a reset. */
    static void files(Arena arena) throws IOException {
        if (arena.random.nextInt(3) == 0) {
            arena.with(WithoutSendfile::new, handler -> handler);
        }
        SimulatedHost server = arena.network.host("server");
        List<FileSender> senders = new ArrayList<>();
        EventLoopGroup serving = arena.group(server, 1);
        arena.listen(serving, server.address(7), EngineScenarios.options(arena), connection -> {
            senders.add(new FileSender(arena));
            return arena.watched(senders.get(senders.size() - 1));
        });
        EventLoopGroup calling = arena.group(arena.network.host("client"), 1);
        List<FileReceiver> receivers = new ArrayList<>();
        for (int i = 1 + arena.random.nextInt(3); i > 0; i--) {
            receivers.add(new FileReceiver(arena));
            arena.connect(calling, server.address(7), receivers.get(receivers.size() - 1));
        }
        arena.allow(reason -> isTooShort(reason) && senders.stream().anyMatch(FileSender::isTruncated));
        arena.inTheEnd(() -> requireFiles(arena, senders, receivers));
        arena.finish();
    }

    private static boolean isTooShort(CloseReason reason) {
        return reason.kind() == Kind.SYSTEM_FAILED && !(reason.failure().orElseThrow() instanceof SystemCallException);
    }

    /** Which receiver was whose is not known: the lengths of what came to an orderly end have to be among those sent. */
    private static void requireFiles(Arena arena, List<FileSender> senders, List<FileReceiver> receivers) {
        List<Long> sent = new ArrayList<>();
        boolean isWhole = !arena.isDestructive();
        for (FileSender sender : senders) {
            sent.add(sender.total());
            isWhole &= !sender.isTruncated() && sender.reason().isOrderly();
        }
        for (FileReceiver receiver : receivers) {
            arena.require(
                    !receiver.isComplete() || sent.remove(receiver.received()),
                    "an orderly end after " + receiver.received() + " bytes, which nobody sent");
            arena.require(receiver.isComplete() || !isWhole, "a receiver of files was cut off");
        }
    }

    /**
     * A server whose handlers keep what they get, with a pool that is soon empty: the connection that needs memory ends, no
     * byte is lost on one that does not, and in the end all memory is there again.
     *
     * @param counts added to: connections that ended for want of memory, and acquisitions refused to handlers
     */
    static void exhaustion(Arena arena, int[] counts) throws IOException {
        SimulatedHost server = arena.network.host("server");
        long maxBytes = (3 + arena.random.nextInt(3)) * (long) Arena.SLAB_BYTES;
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(2), maxBytes);
        int[] refusals = new int[1];
        boolean hoards = arena.random.nextInt(3) > 0;
        arena.allow(reason -> reason.kind() == Kind.OUT_OF_MEMORY);
        arena.listen(
                serving,
                server.address(7),
                EngineScenarios.options(arena),
                connection -> arena.watched(hoards ? new Hoarder(refusals) : new Echo()));
        List<PatternClient> clients = new ArrayList<>();
        SimulatedHost client = arena.network.host("client");
        for (int i = 1 + arena.random.nextInt(4); i > 0; i--) {
            clients.addAll(EngineScenarios.clients(arena, arena.group(client, 1), server.address(7)));
        }
        arena.finish();
        long ended = serving.metrics().closed().getOrDefault(Kind.OUT_OF_MEMORY, 0L);
        counts[0] += (int) ended;
        counts[1] += refusals[0];
        for (PatternClient one : clients) {
            arena.require(one.isComplete() || !one.isInputClosed(), "orderly end, bytes missing: " + one.reason());
            arena.require(
                    one.isComplete() || ended > 0 || arena.isDestructive(),
                    "cut off without a reason: " + one.reason());
        }
        // With the others gone there is memory again.
        PatternClient last = new PatternClient(arena.network, 99, 500, 100);
        arena.connect(arena.group(client, 1), server.address(7), last);
        arena.finish();
        arena.require(last.isComplete() || arena.isDestructive(), "no memory came back: " + last.reason());
    }

    /** Groups are closed at any moment, by a handler, a task or from outside: all their connections are told, and gone. */
    static void close(Arena arena) throws IOException {
        EngineScenarios.relayed(arena);
        List<EventLoopGroup> groups = new ArrayList<>();
        arena.network.hosts().forEach(host -> groups.addAll(host.groups()));
        List<EventLoopGroup> ended = new ArrayList<>();
        for (int i = 1 + arena.random.nextInt(groups.size()); i > 0; i--) {
            EventLoopGroup group = groups.get(arena.random.nextInt(groups.size()));
            EventLoop byLoop = groups.get(arena.random.nextInt(groups.size())).next();
            boolean isOutside = arena.random.nextInt(2) == 0;
            boolean drains = arena.random.nextInt(4) == 0;
            Duration moment = Duration.ofNanos(arena.random.nextLong(1L << (10 + arena.random.nextInt(25))));
            Runnable close = () -> {
                boolean isFirst = !ended.contains(group);
                ended.add(group);
                if (drains && isFirst) {
                    group.shutdown(Duration.ofSeconds(1));
                } else {
                    group.close();
                }
            };
            arena.network.after(moment, () -> {
                if (isOutside || !ended.isEmpty()) {
                    close.run();
                } else {
                    byLoop.execute(close);
                }
            });
        }
        arena.finish();
        arena.network.run(Duration.ofSeconds(40));
        for (EventLoopGroup group : ended) {
            arena.require(group.closed().isDone(), "a group that was closed is still there");
            arena.require(group.metrics().active() == 0, "a closed group has connections");
        }
    }

    /** A server with fewer descriptors than it has clients: it neither spins nor dies, and serves whoever comes later. */
    static void descriptors(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(2));
        Listener listener = arena.listen(
                serving, server.address(7), EngineScenarios.options(arena), connection -> arena.watched(new Echo()));
        server.descriptorLimit(server.openDescriptors() + 1 + arena.random.nextInt(3));
        SimulatedHost client = arena.network.host("client");
        List<PatternClient> clients = new ArrayList<>();
        for (int i = 1 + arena.random.nextInt(4); i > 0; i--) {
            clients.addAll(EngineScenarios.clients(arena, arena.group(client, 1), server.address(7)));
        }
        arena.finish();
        for (PatternClient one : clients) {
            arena.require(one.isComplete() || !one.isInputClosed(), "orderly end, bytes missing: " + one.reason());
            arena.require(
                    one.isComplete() || listener.metrics().shed() > 0 || arena.isDestructive(),
                    "cut off without a reason: " + one.reason());
        }
        PatternClient last = new PatternClient(arena.network, 99, 500, 100);
        arena.connect(arena.group(client, 1), server.address(7), last);
        arena.finish();
        arena.require(last.isComplete() || arena.isDestructive(), "the listener does not recover: " + last.reason());
    }

    /** Timers of milliseconds to days, armed again and cancelled, under stalls and jumps of the wall clock. */
    static void timers(Arena arena) {
        EventLoopGroup group = arena.group(arena.network.host("host"), 1 + arena.random.nextInt(2));
        List<TimerCheck> checks = new ArrayList<>();
        for (int i = 1 + arena.random.nextInt(20); i > 0; i--) {
            EventLoop loop = group.next();
            TimerCheck check = new TimerCheck(arena, checks);
            checks.add(check);
            loop.execute(() -> check.begin(loop));
        }
        arena.network.run(TimerCheck.LONGEST.multipliedBy(TimerCheck.MAX_ROUNDS + 1));
        for (TimerCheck check : checks) {
            arena.require(!check.isPending(), "a timer did not fire");
        }
    }
}
