package io.eventloop.testing;

import io.eventloop.Errno;

/**
 * One direction of a simulated TCP connection. All bytes between the sender's write and the receiver's read lie in one
 * ring; where they are is told by offsets, so nothing is copied on the way:
 *
 * <pre>
 *   read ≤ delivered ≤ sent ≤ written         bytes, from the start of the stream
 *     └ receive buffer ┘ └ flight ┘ └ unsent
 *   acked ≤ delivered                         what the sender knows of it
 * </pre>
 *
 * <p>A segment on its way is no more than its length: whichever arrives, the next bytes in order are delivered. FIN counts
 * once everything before it has arrived.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class ByteStream {
    private static final int FIRST_RING_BYTES = 1 << 10;

    /** What Linux does at the default of 15 retries takes about 15 minutes; nobody waits for that, not even here. */
    private static final long GIVE_UP_NANOS = 60_000_000_000L;

    final TcpEndpoint sender;
    final TcpEndpoint receiver;
    private final Scheduler scheduler;
    private final Link forth;
    private final Link back;
    private final int sendBufferBytes;
    private final int receiveBufferBytes;
    private byte[] ring = new byte[FIRST_RING_BYTES];
    private long written;
    private long sent;
    private long acked;
    private long windowEnd;
    private long delivered;
    private long read;
    private long advertised;
    private long lastArrival;
    private boolean finQueued;
    private boolean finSent;
    private boolean finAcked;
    private boolean finArrived;

    /** Nothing is sent any more: reset from either side, or cut on the way. */
    private boolean cut;

    private boolean givingUp;

    ByteStream(Scheduler scheduler, TcpEndpoint sender, TcpEndpoint receiver) {
        this.scheduler = scheduler;
        this.sender = sender;
        this.receiver = receiver;
        forth = scheduler.link(sender.host(), receiver.host());
        back = scheduler.link(receiver.host(), sender.host());
        sendBufferBytes = sender.bufferBytes();
        receiveBufferBytes = receiver.bufferBytes();
        windowEnd = receiveBufferBytes;
        advertised = receiveBufferBytes;
    }

    // The sender's side.

    int freeBytes() {
        return (int) Math.max(0, sendBufferBytes - (written - acked));
    }

    /** As Linux has it: a third of the buffer is free. */
    boolean isWritable() {
        return written - acked <= sendBufferBytes - Math.max(1, sendBufferBytes / 3);
    }

    boolean isFinQueued() {
        return finQueued;
    }

    boolean isFinAcked() {
        return finAcked;
    }

    /** Where {@code count} more bytes go, at {@link #writeIndex()}; makes room for them. */
    byte[] room(int count) {
        long used = written - read;
        if (used + count > ring.length) {
            int length = ring.length;
            while (length < used + count) {
                length *= 2;
            }
            byte[] larger = new byte[length];
            for (long at = read; at < written; ) {
                int index = (int) at & (ring.length - 1);
                int target = (int) at & (length - 1);
                int run = (int) Math.min(written - at, Math.min(ring.length - index, length - target));
                System.arraycopy(ring, index, larger, target, run);
                at += run;
            }
            ring = larger;
        }
        return ring;
    }

    int writeIndex() {
        return (int) written & (ring.length - 1);
    }

    int readIndex() {
        return (int) read & (ring.length - 1);
    }

    byte[] ring() {
        return ring;
    }

    void wrote(int count) {
        written += count;
    }

    void queueFin() {
        finQueued = true;
    }

    /** Sends what the window allows. */
    void transmit() {
        while (!cut && sent < written && sent < windowEnd) {
            int bytes = forth.segment(Math.min(written, windowEnd) - sent);
            forth.maybePart();
            sender.maybeVanish(forth);
            if (forth.random().chance(forth.faults().resetProbability())) {
                bytes = forth.random().nextInt(bytes + 1);
                send(Step.DATA, bytes);
                cutBoth();
                return;
            }
            send(Step.DATA, bytes);
        }
        if (!cut && finQueued && !finSent && sent == written) {
            finSent = true;
            send(Step.FIN, 0);
        }
    }

    private void send(Step step, int bytes) {
        sent += bytes;
        lastArrival = forth.arrival(bytes, lastArrival);
        scheduler.at(lastArrival, step, this, bytes, 0);
    }

    /** Resets both sides from the middle. */
    private void cutBoth() {
        scheduler.note(Step.CUT, sender.host(), sender.id(), sent, 0);
        sendReset();
        receiver.out().sendReset();
    }

    /** Discards what was not sent and sends RST. */
    void sendReset() {
        if (!cut) {
            cut = true;
            send(Step.RST, 0);
        }
    }

    /** The handshake's last packet. */
    void sendHandshakeAck() {
        send(Step.HANDSHAKE_ACK, 0);
    }

    /** The socket is dead: nothing more is sent. */
    void stop() {
        cut = true;
    }

    void acknowledged(long bytes, long end) {
        if (isLost(back, Step.ACK, bytes, end)) {
            return;
        }
        scheduler.note(Step.ACK, sender.host(), sender.id(), bytes, end);
        boolean wasWritable = isWritable();
        acked = Math.max(acked, bytes);
        windowEnd = Math.max(windowEnd, end);
        if (finSent && end == Long.MAX_VALUE) {
            finAcked = true;
        }
        transmit();
        if (!wasWritable && isWritable()) {
            sender.becameWritable();
        }
    }

    // The receiver's side.

    void arrived(Step step, long bytes) {
        if (isLost(forth, step, bytes, 0)) {
            return;
        }
        scheduler.note(step, receiver.host(), receiver.id(), bytes, 0);
        receiver.arrived(this, step, (int) bytes);
    }

    /** Whether the packet is lost; it is sent again, or the sender gives up after a time. */
    private boolean isLost(Link link, Step step, long a, long b) {
        if (sender.isSilent()) {
            scheduler.note(Step.DROPPED, sender.host(), sender.id(), a, b);
            scheduleGiveUp(step);
            return true;
        }
        if (link.isParted()) {
            scheduler.note(Step.PARKED, sender.host(), sender.id(), a, b);
            link.park(step, this, a, b);
            scheduleGiveUp(step);
            return true;
        }
        return false;
    }

    private void scheduleGiveUp(Step step) {
        if (!givingUp && step != Step.RST && step != Step.HANDSHAKE_ACK) {
            givingUp = true;
            scheduler.after(GIVE_UP_NANOS, Step.GIVE_UP, this, acked, 0);
        }
    }

    void giveUp(long ackedThen) {
        givingUp = false;
        boolean isWaiting = !cut && !finAcked && (acked < sent || finSent);
        if (isWaiting && acked != ackedThen) {
            scheduleGiveUp(Step.GIVE_UP);
        } else if (isWaiting) {
            scheduler.note(Step.GIVE_UP, sender.host(), sender.id(), acked, sent);
            cut = true;
            sender.failed(Errno.ETIMEDOUT);
        }
    }

    void deliver(int bytes) {
        delivered += bytes;
        sendAck();
    }

    void finArrived() {
        finArrived = true;
    }

    /** Whether FIN and everything before it has arrived. */
    boolean isEnded() {
        return finArrived && delivered == written;
    }

    int unread() {
        return (int) (delivered - read);
    }

    void consumed(int bytes) {
        read += bytes;
        if (!cut && read + receiveBufferBytes - advertised >= Math.max(1, receiveBufferBytes / 2)) {
            sendAck();
        }
    }

    void sendAck() {
        advertised = read + receiveBufferBytes;
        long end = isEnded() ? Long.MAX_VALUE : advertised;
        scheduler.at(back.arrival(0, 0), Step.ACK, this, delivered, end);
    }

    /** The way the bytes take. */
    Link forth() {
        return forth;
    }
}
