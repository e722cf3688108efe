package io.eventloop;

/**
 * Figures of one buffer pool at one moment.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param reservedBytes direct memory held in slabs, whether in use or free
 * @param usedBytes bytes of pooled and unpooled memory now acquired, by capacity
 * @param peakUsedBytes the largest {@code usedBytes} seen
 * @param acquired buffers acquired since the start
 * @param released buffers released since the start
 * @param unpooled acquisitions above the largest size class since the start
 * @param crossThreadReleases releases made from another thread since the start
 * @param refused acquisitions refused at the byte limit since the start
 */
public record BufferPoolMetrics(
        long reservedBytes,
        long usedBytes,
        long peakUsedBytes,
        long acquired,
        long released,
        long unpooled,
        long crossThreadReleases,
        long refused) {}
