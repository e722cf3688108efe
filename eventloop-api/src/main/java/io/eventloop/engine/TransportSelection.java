package io.eventloop.engine;

import io.eventloop.spi.Availability;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Which transport a group is to use: one by name, the best there is, or one given.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link #open()} throws {@link IllegalStateException} listing every candidate and why not.
 */
public final class TransportSelection {
    private static final String AUTO = "auto";

    private final String name;
    private final TransportProvider given;

    private TransportSelection(String name, TransportProvider given) {
        this.name = name;
        this.given = given;
    }

    /** By name, or {@code auto}. */
    public static TransportSelection named(String name) {
        return new TransportSelection(Objects.requireNonNull(name), null);
    }

    /** This one. */
    public static TransportSelection given(TransportProvider provider) {
        return new TransportSelection(provider.name(), provider);
    }

    /** An open transport, why it was chosen, and whether a better one could not run. */
    record Opened(Transport transport, String reason, boolean isFallback) {}

    Opened open() {
        List<String> refusals = new ArrayList<>();
        for (TransportProvider candidate : candidates(refusals)) {
            Availability availability = candidate.availability();
            if (!availability.isAvailable()) {
                refusals.add(candidate.name() + ": " + availability.reason());
                continue;
            }
            try {
                String reason = candidate.name() + " (" + availability.reason()
                        + (refusals.isEmpty() ? "" : "; " + String.join("; ", refusals)) + ")";
                return new Opened(candidate.open(), reason, !refusals.isEmpty());
            } catch (IOException e) {
                refusals.add(candidate.name() + ": " + e.getMessage());
            }
        }
        throw new IllegalStateException("transport " + name + " cannot run here"
                + (refusals.isEmpty() ? "" : " (" + String.join("; ", refusals) + ")"));
    }

    private List<TransportProvider> candidates(List<String> refusals) {
        if (given != null) {
            return List.of(given);
        }
        List<TransportProvider> found = new ArrayList<>();
        List<String> names = new ArrayList<>();
        var providers = ServiceLoader.load(TransportProvider.class).iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                TransportProvider provider = providers.next();
                names.add(provider.name());
                if (name.equals(AUTO) || name.equals(provider.name())) {
                    found.add(provider);
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                refusals.add("a provider that does not load: " + e.getMessage());
            }
        }
        if (found.isEmpty()) {
            refusals.add(
                    names.isEmpty()
                            ? "no transport on the class or module path: add eventloop-nio"
                            : "transports here: " + String.join(", ", names));
        }
        found.sort(Comparator.comparingInt(TransportProvider::priority).reversed());
        return found;
    }
}
