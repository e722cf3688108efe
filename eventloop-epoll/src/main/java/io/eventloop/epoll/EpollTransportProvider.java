package io.eventloop.epoll;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.util.Set;

/**
 * Announces the transport over Linux epoll. This class is compiled for Java 17 and refers to the others, which are not,
 * only after it has seen that they can be loaded.
 *
 * <p>The system property {@value #DISABLED_PROPERTY} makes the transport unavailable; its value is the reason given.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> where it cannot run, {@link #availability()} says why and {@link #open()} throws the same.
 */
public final class EpollTransportProvider implements TransportProvider {
    /** Makes the transport unavailable, for the reason that is its value. */
    public static final String DISABLED_PROPERTY = "io.eventloop.epoll.disabled";

    static final String NAME = "epoll";
    private static final int PRIORITY = 100;

    /** The first with {@code java.lang.foreign}. */
    private static final int OLDEST_JAVA = 22;

    /** As the JDK names x86-64 and aarch64. */
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    /** For {@link java.util.ServiceLoader}. */
    public EpollTransportProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Availability availability() {
        String obstacle = obstacle();
        return obstacle == null ? Loaded.availability() : Availability.no(obstacle);
    }

    /** What can be told without loading the rest; null if nothing speaks against that. */
    private static String obstacle() {
        String disabled = System.getProperty(DISABLED_PROPERTY);
        if (disabled != null) {
            return "disabled by " + DISABLED_PROPERTY + (disabled.isEmpty() ? "" : ": " + disabled);
        }
        String os = System.getProperty("os.name");
        if (!os.equals("Linux")) {
            return "needs Linux, this is " + os;
        }
        String architecture = System.getProperty("os.arch");
        if (!ARCHITECTURES.contains(architecture)) {
            return "needs x86-64 or aarch64, this is " + architecture;
        }
        int java = Runtime.version().feature();
        return java < OLDEST_JAVA ? "needs Java " + OLDEST_JAVA + ", this is " + java : null;
    }

    @Override
    public Transport open() throws IOException {
        Availability availability = availability();
        if (!availability.isAvailable()) {
            throw new IOException("transport epoll: " + availability.reason());
        }
        return Loaded.open();
    }

    /** Not loaded before Java 22. */
    private static final class Loaded {
        static Availability availability() {
            return EpollProbe.AVAILABILITY;
        }

        static Transport open() {
            return new EpollTransport();
        }
    }
}
