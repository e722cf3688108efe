package io.eventloop;

import java.io.IOException;

/**
 * A system call failed: {@code connect(2) to 10.0.0.1:80: ECONNREFUSED}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> is one.
 */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * Names the call, what it was about, and why it failed.
     *
     * @param call the call with its manual section, such as {@code connect(2)}
     * @param subject what it was about, such as {@code to 10.0.0.1:80}; may be empty
     * @param detail the system's own words where {@code errno} is {@link Errno#OTHER}; may be empty
     */
    public SystemCallException(String call, String subject, Errno errno, String detail) {
        super(message(call, subject, errno, detail));
        this.errno = errno;
    }

    private static String message(String call, String subject, Errno errno, String detail) {
        StringBuilder text = new StringBuilder(call);
        if (!subject.isEmpty()) {
            text.append(' ').append(subject);
        }
        text.append(": ");
        if (errno != Errno.OTHER) {
            text.append(errno);
            return text.toString();
        }
        return text.append(detail.isEmpty() ? "failed" : detail).toString();
    }

    /** The reason. */
    public Errno errno() {
        return errno;
    }
}
