package io.eventloop.spi;

/**
 * The kernel's view of a TCP connection at one moment, from tcp(7) {@code TCP_INFO}. What a kernel does not know is 0.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param state where the connection stands
 * @param rttMicros smoothed round-trip time
 * @param rttVarianceMicros its mean deviation
 * @param minRttMicros the least round-trip time seen lately
 * @param congestionWindowSegments how much may be on its way
 * @param segmentBytes the most in one segment sent
 * @param unackedSegments sent and not acknowledged
 * @param lostSegments taken for lost now
 * @param retransmittedSegments sent again, since the start
 * @param bytesAcked acknowledged by the peer, since the start
 * @param bytesReceived received, since the start
 * @param bytesRetransmitted sent again, since the start
 * @param unsentBytes written and not sent yet
 * @param deliveryRateBytesPerSecond how fast the peer was reached lately
 * @param sinceSentMillis since the last byte was sent
 * @param sinceReceivedMillis since the last byte was received
 */
public record TcpInfo(
        State state,
        long rttMicros,
        long rttVarianceMicros,
        long minRttMicros,
        long congestionWindowSegments,
        long segmentBytes,
        long unackedSegments,
        long lostSegments,
        long retransmittedSegments,
        long bytesAcked,
        long bytesReceived,
        long bytesRetransmitted,
        long unsentBytes,
        long deliveryRateBytesPerSecond,
        long sinceSentMillis,
        long sinceReceivedMillis) {

    /** The states of RFC 9293 §3.3.2. */
    public enum State {
        LISTEN,
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSE_WAIT,
        CLOSING,
        LAST_ACK,
        TIME_WAIT,
        CLOSED,
        /** One that the kernel has beyond the standard. */
        UNKNOWN
    }
}
