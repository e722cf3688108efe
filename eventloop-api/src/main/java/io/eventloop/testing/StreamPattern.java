package io.eventloop.testing;

import io.eventloop.Buffer;

/**
 * An endless stream of bytes that are all known from their place in it, so that a receiver can tell a byte that is lost,
 * doubled, changed or out of order without having the sender's bytes.
 *
 * <p>Both sides have one of the same number: the sender's {@link #write}s, the receiver's {@link #read}s and checks.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a wrong byte is reported to the network's {@link Invariants}.
 */
public final class StreamPattern {
    private final Invariants invariants;
    private final String name;
    private final long key;
    private long position;

    /** @param stream a number for the bytes' values; two streams differ almost everywhere */
    public StreamPattern(SimulatedNetwork network, String name, long stream) {
        this.invariants = network.invariants();
        this.name = name;
        this.key = SeededRandom.mix(stream + 1);
    }

    /** Bytes written, or read and found right. */
    public long position() {
        return position;
    }

    private byte at(long place) {
        return (byte) (SeededRandom.mix(key + (place >>> 3)) >>> ((place & 7) << 3));
    }

    /** Appends the next {@code count} bytes. */
    public void write(Buffer target, int count) {
        for (int i = 0; i < count; i++) {
            target.writeByte(at(position + i));
        }
        position += count;
    }

    /** The next {@code count} bytes. */
    public byte[] take(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = at(position + i);
        }
        position += count;
        return bytes;
    }

    /** Consumes and checks everything readable. */
    public void read(Buffer in) {
        check(in, in.readableBytes());
        in.skip(in.readableBytes());
    }

    /** Checks the first {@code count} readable bytes without consuming them, and counts them as read. */
    public void check(Buffer in, int count) {
        int from = in.readIndex();
        for (int i = 0; i < count; i++) {
            byte expected = at(position + i);
            byte found = in.getByte(from + i);
            if (found != expected) {
                invariants.broken(name + ": byte " + (position + i) + " is " + (found & 0xFF) + " instead of "
                        + (expected & 0xFF));
                break;
            }
        }
        position += count;
    }
}
