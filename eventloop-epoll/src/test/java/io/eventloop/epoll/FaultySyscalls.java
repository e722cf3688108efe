package io.eventloop.epoll;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A kernel in a bad mood: refuses calls as a script says, and if it is given a seed also interrupts calls, moves fewer
 * bytes than it could, repeats, invents, reorders and mislabels events.
 *
 * <p>It stays within what epoll(7) promises: bytes it has held back on purpose are announced by another edge, by
 * {@code EPOLL_CTL_MOD}. One script may be shared by the calls of many threads.
 */
final class FaultySyscalls extends Syscalls {
    private static final int EPOLL_CTL_MOD = 3;
    private static final int ONE_IN = 4;
    private static final int INVENTED_GENERATION = 0x7777_7777;

    /** Refusals that are still to be made, by the call's name; a call that is not in it is made. */
    static final class Script {
        private final Map<String, List<Integer>> refusals = new HashMap<>();
        private final Map<String, Integer> made = new HashMap<>();

        /** The next {@code times} calls of this name fail with {@code errno}. */
        synchronized Script refuse(String call, int errno, int times) {
            refusals.computeIfAbsent(call, name -> new ArrayList<>()).addAll(Collections.nCopies(times, errno));
            return this;
        }

        synchronized int next(String call) {
            made.merge(call, 1, Integer::sum);
            List<Integer> left = refusals.get(call);
            return left == null || left.isEmpty() ? 0 : -left.remove(0);
        }

        /** How often a call was asked for, refused or not. */
        synchronized int count(String call) {
            return made.getOrDefault(call, 0);
        }

        synchronized boolean isDone() {
            return refusals.values().stream().allMatch(List::isEmpty);
        }
    }

    private record Registration(int epoll, int interest, long data) {}

    private final Script script;
    private final Random random;
    private final Map<Integer, Registration> registrations = new HashMap<>();
    private final Workspace own = new Workspace(Syscalls::new);

    /** Refuses what the script says. */
    FaultySyscalls(Script script) {
        this(script, null);
    }

    /** @param random where moods come from; null for none */
    FaultySyscalls(Script script, Random random) {
        this.script = script;
        this.random = random;
    }

    private boolean isMoody() {
        return random != null && random.nextInt(ONE_IN) == 0;
    }

    private int refusal(String call) {
        int refusal = script.next(call);
        return refusal == 0 && isMoody() ? -Linux.EINTR : refusal;
    }

    /** Has the poller report again what is ready on a descriptor. */
    private void announceAgain(int fd) {
        Registration known = registrations.get(fd);
        if (known != null) {
            Memory.putInt(own.value, known.interest);
            Memory.putLong(own.value + EpollPoller.EVENT_DATA, known.data);
            own.kernel.epoll_ctl(known.epoll, EPOLL_CTL_MOD, fd, own.value);
        }
    }

    /** How many of the bytes asked for are moved. */
    private long part(int fd, long length) {
        if (length <= 1 || !isMoody()) {
            return length;
        }
        announceAgain(fd);
        return 1 + random.nextInt((int) Math.min(length - 1, 10_000));
    }

    @Override
    long recv(int fd, long buffer, long length, int flags) {
        int refusal = refusal("recv");
        return refusal < 0 ? refusal : super.recv(fd, buffer, part(fd, length), flags);
    }

    @Override
    long send(int fd, long buffer, long length, int flags) {
        int refusal = refusal("send");
        return refusal < 0 ? refusal : super.send(fd, buffer, part(fd, length), flags);
    }

    @Override
    long sendmsg(int fd, long message, int flags) {
        int refusal = refusal("sendmsg");
        return refusal < 0 ? refusal : super.sendmsg(fd, message, flags);
    }

    @Override
    long splice(int from, int to, long length, int flags) {
        int refusal = refusal("splice");
        return refusal < 0 ? refusal : super.splice(from, to, length, flags);
    }

    @Override
    int accept4(int fd, long address, long length, int flags) {
        int refusal = refusal("accept4");
        return refusal < 0 ? refusal : super.accept4(fd, address, length, flags);
    }

    @Override
    int socket(int domain, int type, int protocol) {
        int refusal = script.next("socket");
        return refusal < 0 ? refusal : super.socket(domain, type, protocol);
    }

    @Override
    int bind(int fd, long address, int length) {
        int refusal = script.next("bind");
        return refusal < 0 ? refusal : super.bind(fd, address, length);
    }

    @Override
    int listen(int fd, int backlog) {
        int refusal = script.next("listen");
        return refusal < 0 ? refusal : super.listen(fd, backlog);
    }

    @Override
    int connect(int fd, long address, int length) {
        int refusal = script.next("connect");
        return refusal < 0 ? refusal : super.connect(fd, address, length);
    }

    @Override
    int setsockopt(int fd, int level, int name, long value, int length) {
        int refusal = script.next("setsockopt");
        return refusal < 0 ? refusal : super.setsockopt(fd, level, name, value, length);
    }

    @Override
    int eventfd(int initial, int flags) {
        int refusal = script.next("eventfd");
        return refusal < 0 ? refusal : super.eventfd(initial, flags);
    }

    @Override
    int epoll_create1(int flags) {
        int refusal = script.next("epoll_create1");
        return refusal < 0 ? refusal : super.epoll_create1(flags);
    }

    @Override
    int pipe2(long descriptors, int flags) {
        int refusal = script.next("pipe2");
        return refusal < 0 ? refusal : super.pipe2(descriptors, flags);
    }

    @Override
    int open(long path, int flags) {
        int refusal = script.next("open");
        return refusal < 0 ? refusal : super.open(path, flags);
    }

    @Override
    int epoll_ctl(int epfd, int op, int fd, long event) {
        int refusal = script.next("epoll_ctl");
        if (refusal < 0) {
            return refusal;
        }
        if (op == Linux.EPOLL_CTL_ADD) {
            long data = Memory.getLong(event + EpollPoller.EVENT_DATA);
            registrations.put(fd, new Registration(epfd, Memory.getInt(event), data));
        }
        return super.epoll_ctl(epfd, op, fd, event);
    }

    @Override
    int close(int fd) {
        registrations.remove(fd);
        return super.close(fd);
    }

    @Override
    int epoll_wait(int epfd, long events, int maxEvents, int timeoutMillis) {
        int refusal = refusal("epoll_wait");
        return refusal < 0
                ? refusal
                : disturb(events, super.epoll_wait(epfd, events, maxEvents, timeoutMillis), maxEvents);
    }

    @Override
    int epoll_pwait2(int epfd, long events, int maxEvents, long timespec) {
        int refusal = refusal("epoll_pwait2");
        return refusal < 0
                ? refusal
                : disturb(events, super.epoll_pwait2(epfd, events, maxEvents, timespec), maxEvents);
    }

    private int disturb(long events, int count, int maxEvents) {
        if (random == null || count < 0) {
            return count;
        }
        List<long[]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = events + (long) i * EpollPoller.EVENT_BYTES;
            all.add(new long[] {Memory.getInt(at), Memory.getLong(at + EpollPoller.EVENT_DATA)});
        }
        for (Registration known : registrations.values()) {
            if (isMoody()) {
                all.add(new long[] {Linux.EPOLLIN | Linux.EPOLLOUT, known.data});
            }
            if (isMoody()) {
                all.add(new long[] {Linux.EPOLLIN | Linux.EPOLLERR | Linux.EPOLLHUP, ofAnotherTenant(known.data)});
            }
        }
        Collections.shuffle(all, random);
        int reported = Math.min(maxEvents, all.size());
        for (int i = 0; i < reported; i++) {
            long at = events + (long) i * EpollPoller.EVENT_BYTES;
            Memory.putInt(at, (int) all.get(i)[0]);
            Memory.putLong(at + EpollPoller.EVENT_DATA, all.get(i)[1]);
        }
        return reported;
    }

    private static long ofAnotherTenant(long data) {
        return data & 0xFFFF_FFFFL | (long) INVENTED_GENERATION << Integer.SIZE;
    }
}
