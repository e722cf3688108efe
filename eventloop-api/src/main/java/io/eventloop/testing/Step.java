package io.eventloop.testing;

/**
 * What can happen in a simulation: the events that wait in the heap, and the system calls that the loops make.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
enum Step {
    // Loops.
    TURN("turn"),
    TIMER("timer due"),
    READY("readiness noted"),
    REPORTED("readiness reported, ops %d"),
    WAKEUP("wake-up"),
    STALLED("loop stalled for %d ns"),
    // Packets, on arrival.
    SYN("SYN arrives"),
    SYN_ACK("SYN+ACK arrives"),
    HANDSHAKE_ACK("ACK of the handshake arrives"),
    DATA("segment of %d bytes arrives"),
    FIN("FIN arrives"),
    RST("RST arrives"),
    ACK("ACK arrives, %d bytes acknowledged"),
    // The kernel's own.
    SYN_TIMEOUT("SYN timer, try %d"),
    GIVE_UP("retransmission gives up"),
    DROPPED("packet lost"),
    PARKED("packet held back by a partition"),
    PARTITIONED("partition begins, ns %d"),
    HEALED("partition ends"),
    OVERFLOW("backlog full, SYN dropped"),
    VANISHED("connection goes silent"),
    CUT("reset injected after %d bytes"),
    CUT_ACCEPTED("reset injected after accept"),
    REFUSED("connect refused by chance"),
    LOST_SYN("SYN lost by chance"),
    EXHAUSTED("no descriptor by chance"),
    // System calls.
    SOCKET("socket()"),
    LISTEN("listen() on port %d"),
    CONNECT("connect() to port %d"),
    CONNECTED("finishConnect() = %d"),
    ACCEPT("accept() = socket %d"),
    SHED("shed"),
    READ("read() = %d of %d"),
    WRITE("write() = %d of %d"),
    FAILED("call failed, errno %d"),
    SHUTDOWN("shutdownOutput()"),
    CLOSE("close()"),
    RESET("close with reset"),
    // The world's.
    TASK("task"),
    CRASHED("host crashes"),
    CLOCK("wall clock jumps by %d ms");

    private final String text;

    Step(String text) {
        this.text = text;
    }

    String render(long a, long b) {
        return String.format(java.util.Locale.ROOT, text, a, b);
    }
}
