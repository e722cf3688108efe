package io.eventloop;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.lang.management.ManagementFactory;

/**
 * The limit that this JVM has for all direct memory together, of which buffers are a part.
 *
 * <p>It is what {@code -XX:MaxDirectMemorySize} says, or {@link Runtime#maxMemory()} where that was not given. The option is
 * known to the module {@code jdk.management}, which may be missing, as it is where the JVM is not HotSpot; then the limit is taken
 * to be the latter. Asking takes some 20 ms the first time, for the classes it loads, and happens once.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class DirectMemory {
    private DirectMemory() {}

    /** The limit, in bytes. */
    static long maxBytes() {
        return Known.MAX_BYTES;
    }

    /** Initialised with the first question. */
    private static final class Known {
        static final long MAX_BYTES = find();

        private Known() {}

        private static long find() {
            try {
                return Option.maxBytes();
            } catch (LinkageError | RuntimeException e) {
                // No such module, not readable, no such bean, or no such option.
                return Runtime.getRuntime().maxMemory();
            }
        }
    }

    /** What cannot be linked where the module is missing. */
    private static final class Option {
        private Option() {}

        static long maxBytes() {
            VMOption option = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("MaxDirectMemorySize");
            return option.getOrigin() == Origin.DEFAULT
                    ? Runtime.getRuntime().maxMemory()
                    : Long.parseLong(option.getValue());
        }
    }
}
