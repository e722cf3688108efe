package io.eventloop.epoll;

import io.eventloop.SystemCallException;

/**
 * The processors a thread may run on, as a mask in the order of their numbers.
 *
 * <p><b>Threading:</b> about the calling thread. <b>Ownership:</b> none. <b>Failure:</b> {@link SystemCallException} names
 * the processor.
 */
final class CpuAffinity {
    /** 8,192 processors, as many as a Linux kernel can be built for. */
    private static final int MASK_BYTES = 1024;

    private static final int CALLING_THREAD = 0;

    private CpuAffinity() {}

    /** Lets the calling thread run on one processor alone. */
    static void bindThread(Workspace workspace, int cpu) throws SystemCallException {
        if (cpu < 0 || cpu >= MASK_BYTES * Byte.SIZE) {
            throw new IllegalArgumentException("cpu is " + cpu + ", must be 0.." + (MASK_BYTES * Byte.SIZE - 1));
        }
        Memory.clear(workspace.value, MASK_BYTES);
        Memory.putByte(workspace.value + cpu / Byte.SIZE, 1 << cpu % Byte.SIZE);
        int result = workspace.kernel.sched_setaffinity(CALLING_THREAD, MASK_BYTES, workspace.value);
        if (result < 0) {
            throw EpollErrors.failed("sched_setaffinity(2)", "to CPU " + cpu, result);
        }
    }
}
