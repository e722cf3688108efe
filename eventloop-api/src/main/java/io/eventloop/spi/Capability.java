package io.eventloop.spi;

/**
 * Optional abilities of a transport: asked for, never assumed.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum Capability {
    /** {@link RawSocket#sendFile} moves file bytes without passing them through the process. */
    SENDFILE,
    /** Bytes can be moved between two sockets without passing them through the process, {@code splice(2)}. */
    SPLICE,
    /** Several listeners may share an address and the kernel spreads connections over them. */
    REUSE_PORT,
    /** Inbound bytes can be looked at without consuming them. */
    PEEK,
    /** Descriptors can be passed over UNIX-domain sockets. */
    FD_PASSING,
    /** The kernel's view of a TCP connection can be read. */
    TCP_INFO,
    /** UNIX-domain stream sockets. */
    UNIX_SOCKETS
}
