package io.eventloop.testing;

import io.eventloop.testing.EventHeap.Event;

/**
 * Virtual time and the order of all things: takes the next event, moves the time to it, does it.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> owns the heap, the links and the trace.
 *
 * <p><b>Failure:</b> what a task throws passes through.
 */
final class Scheduler {
    /** No loop with work waits this long. */
    private static final long QUIET_NANOS = 1_000_000;

    private final SimulatedNetwork network;
    private final EventHeap heap = new EventHeap();
    private final Trace trace;
    private final SeededRandom random;
    private Link[][] links = new Link[4][4];
    private long nowNanos;
    private int nextSocket;
    private int nextLoop;

    Scheduler(SimulatedNetwork network, int traceCapacity, SeededRandom random) {
        this.network = network;
        this.trace = new Trace(traceCapacity);
        this.random = random;
    }

    long nowNanos() {
        return nowNanos;
    }

    Trace trace() {
        return trace;
    }

    int newSocketId() {
        return ++nextSocket;
    }

    int newLoopId() {
        return nextLoop++;
    }

    /** The time of the next event, {@link Long#MAX_VALUE} if there is none. */
    long firstTime() {
        return heap.size() == 0 ? Long.MAX_VALUE : heap.firstTime();
    }

    void advanceTo(long timeNanos) {
        nowNanos = Math.max(nowNanos, timeNanos);
    }

    void after(long delayNanos, Step step, Object target, long a, long b) {
        heap.add(nowNanos + Math.max(0, delayNanos), step, target, a, b);
    }

    void at(long timeNanos, Step step, Object target, long a, long b) {
        heap.add(Math.max(nowNanos, timeNanos), step, target, a, b);
    }

    void note(Step step, SimulatedHost host, int subject, long a, long b) {
        trace.add(nowNanos, step, host.index(), subject, a, b);
    }

    Link link(SimulatedHost from, SimulatedHost to) {
        int most = Math.max(from.index(), to.index());
        if (most >= links.length) {
            Link[][] larger = new Link[Math.max(most + 1, links.length * 2)][];
            for (int i = 0; i < larger.length; i++) {
                larger[i] = new Link[larger.length];
                if (i < links.length) {
                    System.arraycopy(links[i], 0, larger[i], 0, links.length);
                }
            }
            links = larger;
        }
        Link link = links[from.index()][to.index()];
        if (link == null) {
            link = new Link(this, from, to, network.faults().link(), random.split());
            links[from.index()][to.index()] = link;
        }
        return link;
    }

    /** Does the next event; only if there is one. */
    void step() {
        if (heap.firstTime() - nowNanos > QUIET_NANOS) {
            network.checkLoops();
        }
        nowNanos = Math.max(nowNanos, heap.firstTime());
        Event event = heap.take();
        Step step = event.step;
        Object target = event.target;
        long a = event.a;
        long b = event.b;
        heap.release(event);
        switch (step) {
            case TURN -> ((SimulatedLoop) target).turn(a);
            case TIMER -> ((SimulatedLoop) target).timer(a);
            case READY -> ((SimulatedChannel) target).lateReadiness();
            case SYN -> ((TcpEndpoint) target).handshake().synArrived();
            case SYN_ACK -> ((TcpEndpoint) target).handshake().synAckArrived();
            case SYN_TIMEOUT -> ((TcpEndpoint) target).handshake().synTimeout((int) a);
            case HANDSHAKE_ACK, DATA, FIN, RST -> ((ByteStream) target).arrived(step, a);
            case ACK -> ((ByteStream) target).acknowledged(a, b);
            case GIVE_UP -> ((ByteStream) target).giveUp(a);
            case HEALED -> ((Link) target).healed(a);
            case TASK -> {
                trace.add(nowNanos, step, 0, 0, a, b);
                ((Runnable) target).run();
                network.afterOutsider();
            }
            default -> throw new IllegalStateException("not an event: " + step);
        }
    }
}
