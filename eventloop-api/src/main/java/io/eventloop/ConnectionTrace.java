package io.eventloop;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * The last events of a connection, carried as a suppressed exception by a failure of that connection, so that they show
 * wherever the failure's stack trace is printed. It is no failure itself and has no stack trace.
 *
 * <p><b>Threading:</b> immutable; may be read from any thread. <b>Ownership:</b> none: it keeps no connection alive.
 *
 * <p><b>Failure:</b> none; an exception that serves several times, or for several connections, keeps the first trace it got.
 */
public final class ConnectionTrace extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Supplier<String> text;

    private ConnectionTrace(Supplier<String> text) {
        super(null, null, false, false);
        this.text = text;
    }

    /**
     * Attaches a trace to a failure, unless it has one.
     *
     * @param text made when it is first asked for: must not change with the connection
     */
    public static void attach(Throwable failure, Supplier<String> text) {
        Objects.requireNonNull(text);
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof ConnectionTrace) {
                return;
            }
        }
        failure.addSuppressed(new ConnectionTrace(text));
    }

    /** As {@link #attach(Throwable, Supplier)} with {@link Connection#explain}; on the connection's loop only. */
    public static <T extends Throwable> T attach(T failure, Connection connection) {
        Explanation explanation = connection.explain();
        attach(failure, explanation::toString);
        return failure;
    }

    /** The connection, how many bytes it had moved and held, and its events, oldest first, a line each. */
    @Override
    public String getMessage() {
        return text == null ? "not known after serialization" : text.get();
    }
}
