package io.eventloop;

/**
 * How far an exchange over a connection had got: the evidence for or against sending its request again. Each constant
 * claims what is known and nothing more; where a transport cannot tell two of them apart, the later one is answered.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum Delivery {
    /** No byte of it has left this machine: whatever it asks for may be sent again. */
    NOTHING_SENT,
    /**
     * Bytes of it may have left, and the peer's system has acknowledged none of them. It is what a request looks like that
     * met a connection the peer was just closing. No proof: an acknowledgement can be lost, so send again what may be
     * done twice, and nothing else.
     */
    UNACKNOWLEDGED,
    /** Bytes of it were sent; the peer's system has acknowledged some, or the transport cannot tell. */
    SENT,
    /** Bytes came back: the peer has begun to answer. */
    RESPONSE_STARTED
}
