package io.eventloop;

/**
 * Reasons the operating system gives for refusing a call, by their {@code errno(3)} names; those a networking program
 * acts on. All others are {@link #OTHER}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum Errno {
    /** Permission denied, such as a port below 1024. */
    EACCES,
    /** The local address is in use. */
    EADDRINUSE,
    /** The local address is not of this host. */
    EADDRNOTAVAIL,
    /** No room at the moment, such as a UNIX-domain listener's full backlog. */
    EAGAIN,
    /** The peer ended the connection before it was accepted. */
    ECONNABORTED,
    /** Nobody listens there. */
    ECONNREFUSED,
    /** The peer reset the connection. */
    ECONNRESET,
    /** No route to the host. */
    EHOSTUNREACH,
    /** The argument or the state is not valid for the call. */
    EINVAL,
    /** The process has no descriptor left. */
    EMFILE,
    /** No route to the network. */
    ENETUNREACH,
    /** The system has no descriptor left. */
    ENFILE,
    /** No buffer space. */
    ENOBUFS,
    /** A path does not exist, as for a UNIX-domain socket. */
    ENOENT,
    /** No memory. */
    ENOMEM,
    /** The socket is not connected. */
    ENOTCONN,
    /** The operation is not supported. */
    EOPNOTSUPP,
    /** The output was shut down or the peer is gone. */
    EPIPE,
    /** The other side did not answer in time. */
    ETIMEDOUT,
    /** Any other reason; the message says which. */
    OTHER;

    /** Whether the process or the system ran out of descriptors or memory: a condition to back off from. */
    public boolean isExhaustion() {
        return this == EMFILE || this == ENFILE || this == ENOBUFS || this == ENOMEM;
    }

    /** Whether the peer is gone without an orderly end. */
    public boolean isReset() {
        return this == ECONNRESET || this == EPIPE || this == ECONNABORTED || this == ENOTCONN;
    }
}
