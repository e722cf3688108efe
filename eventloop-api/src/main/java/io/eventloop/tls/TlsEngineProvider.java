package io.eventloop.tls;

import java.util.Set;

/**
 * A kind of TLS engine, found as a service by its name.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link #open} throws {@link IllegalArgumentException} for settings that the engine cannot follow.
 */
public interface TlsEngineProvider {

    /** Its name; that of the JDK's own is {@code jdk}. */
    String name();

    /** What it can besides what every engine can. */
    Set<TlsCapability> capabilities();

    /** What makes engines of these settings. Sessions are shared among its engines, and with no others. */
    TlsEngineSource open(TlsSettings settings);
}
