package io.eventloop.tls;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Chooses a kind of engine: the one that was named, which has to have every capability that was asked for, or else the
 * JDK's. There is no second choice: what was asked for is there, or nothing is built.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} naming what is missing and what there is.
 */
final class Engines {
    private Engines() {}

    static TlsEngineProvider choose(String name, Set<TlsCapability> required) {
        List<TlsEngineProvider> all = new ArrayList<>();
        all.add(new JdkEngineProvider());
        ServiceLoader.load(TlsEngineProvider.class).forEach(all::add);
        for (TlsEngineProvider provider : all) {
            if (provider.name().equals(name)) {
                Set<TlsCapability> missing = EnumSet.noneOf(TlsCapability.class);
                missing.addAll(required);
                missing.removeAll(provider.capabilities());
                if (!missing.isEmpty()) {
                    throw new IllegalArgumentException(
                            "the TLS engine " + name + " lacks " + missing + "; it has " + provider.capabilities());
                }
                return provider;
            }
        }
        throw new IllegalArgumentException("there is no TLS engine " + name + ", but "
                + all.stream().map(TlsEngineProvider::name).toList());
    }
}
