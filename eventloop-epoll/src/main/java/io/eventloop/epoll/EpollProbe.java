package io.eventloop.epoll;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Poller;
import java.io.IOException;

/**
 * Finds out once whether the transport runs here, by trying what every loop needs.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> never throws; the reason is in the answer.
 */
final class EpollProbe {
    /** Computed when this class is initialised. */
    static final Availability AVAILABILITY = probe();

    private EpollProbe() {}

    private static Availability probe() {
        try {
            EpollTransport transport = new EpollTransport();
            try (Poller poller = transport.openPoller()) {
                poller.wakeup();
                poller.poll(0, (slot, generation, readyOps) -> {});
            }
            return Availability.yes("epoll on Linux " + System.getProperty("os.version"));
        } catch (IOException e) {
            return Availability.no("the kernel refuses: " + e.getMessage());
        } catch (LinkageError | RuntimeException e) {
            return Availability.no(reason(e));
        }
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalCallerException) {
                return "native access is denied: needs --enable-native-access=" + moduleName();
            }
        }
        return failure instanceof UnsatisfiedLinkError ? failure.getMessage() : failure.toString();
    }

    private static String moduleName() {
        Module module = EpollProbe.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }
}
