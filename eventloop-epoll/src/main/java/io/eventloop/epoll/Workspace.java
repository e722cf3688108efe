package io.eventloop.epoll;

import io.eventloop.Buffer;
import io.eventloop.spi.WriteVector;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * One thread's way to the kernel: its calls, and the memory in which it hands their arguments over. A poller has one; so
 * does each thread that uses channels before they are registered.
 *
 * <p><b>Threading:</b> used by one thread at a time. <b>Ownership:</b> its memory, which the collector frees.
 *
 * <p><b>Failure:</b> none.
 */
final class Workspace {
    private static final int IOVEC_BYTES = 16;
    private static final int IOVEC_LENGTH = 8;
    private static final int MSGHDR_BYTES = 56;
    private static final int MSGHDR_IOV = 16;
    private static final int MSGHDR_IOVLEN = 24;
    private static final int MSGHDR_CONTROL = 32;
    private static final int MSGHDR_CONTROLLEN = 40;

    /** {@code sizeof(struct sockaddr_storage)}. */
    private static final int ADDRESS_BYTES = 128;

    /** Holds {@code struct tcp_info} as it may grow, 4 KiB of path, or a mask of 32,768 processors. */
    static final int VALUE_BYTES = 4096;

    /** Room for a header and as many descriptors as a well-meaning peer sends at once. */
    static final int CONTROL_BYTES = 64;

    final Syscalls kernel;

    /** Keeps the addresses below alive. */
    private final MemorySegment memory;

    private final long vector;
    private final long message;

    /** {@code struct cmsghdr} and what follows it. */
    final long control;

    /** A socket address, {@link #addressLength} in front of a call that fills it. */
    final long address;

    final long addressLength;

    /** An option's value, or any other small argument. */
    final long value;

    final long valueLength;

    Workspace(Supplier<Syscalls> kernels) {
        kernel = kernels.get();
        int vectorBytes = WriteVector.MAX_BUFFERS * IOVEC_BYTES;
        memory = Memory.allocate(
                vectorBytes + MSGHDR_BYTES + CONTROL_BYTES + ADDRESS_BYTES + VALUE_BYTES + 2L * Long.BYTES);
        vector = memory.address();
        message = vector + vectorBytes;
        control = message + MSGHDR_BYTES;
        address = control + CONTROL_BYTES;
        value = address + ADDRESS_BYTES;
        addressLength = value + VALUE_BYTES;
        valueLength = addressLength + Long.BYTES;
        Memory.putLong(message + MSGHDR_IOV, vector);
    }

    /** A {@code struct msghdr} for the vector's readable bytes; its address. */
    long message(WriteVector buffers) {
        int count = buffers.count();
        long at = vector;
        for (int i = 0; i < count; i++) {
            Buffer buffer = buffers.buffer(i);
            Memory.putLong(at, buffer.address() + buffer.readIndex());
            Memory.putLong(at + IOVEC_LENGTH, buffer.readableBytes());
            at += IOVEC_BYTES;
        }
        return message(count, 0);
    }

    /** A {@code struct msghdr} for one run of bytes and so many bytes of {@link #control}; its address. */
    long message(long bytes, long length, int controlBytes) {
        Memory.putLong(vector, bytes);
        Memory.putLong(vector + IOVEC_LENGTH, length);
        return message(1, controlBytes);
    }

    private long message(int count, int controlBytes) {
        Memory.putLong(message + MSGHDR_IOVLEN, count);
        Memory.putLong(message + MSGHDR_CONTROL, controlBytes == 0 ? 0 : control);
        Memory.putLong(message + MSGHDR_CONTROLLEN, controlBytes);
        return message;
    }

    /** How many bytes of {@link #control} the last {@code recvmsg(2)} filled. */
    int controlLength() {
        return (int) Memory.getLong(message + MSGHDR_CONTROLLEN);
    }

    /** Prepares {@link #address} for a call that fills it; the address of its length. */
    long emptyAddress() {
        Memory.putInt(addressLength, ADDRESS_BYTES);
        return addressLength;
    }

    /** {@code setsockopt(2)} with an {@code int}. */
    int setInt(int fd, int level, int name, int option) {
        Memory.putInt(value, option);
        return kernel.setsockopt(fd, level, name, value, Integer.BYTES);
    }

    /** {@code getsockopt(2)} into {@link #value}, of which {@code bytes} are cleared first. */
    int getOption(int fd, int level, int name, int bytes) {
        Memory.clear(value, bytes);
        Memory.putInt(valueLength, bytes);
        return kernel.getsockopt(fd, level, name, value, valueLength);
    }

    /** {@code getsockopt(2)} of an {@code int}; below 0 is a failure. */
    int getInt(int fd, int level, int name) {
        int result = getOption(fd, level, name, Integer.BYTES);
        return result < 0 ? result : Memory.getInt(value);
    }
}
