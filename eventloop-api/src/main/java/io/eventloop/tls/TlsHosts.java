package io.eventloop.tls;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who answers under which name: by an exact name, by a wildcard for the first label, or else; where nothing else is given,
 * other names are refused.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> {@link IllegalArgumentException} for bad names.
 */
public final class TlsHosts {

    /** An identity and what it asks of its clients. */
    record Host(TlsIdentity identity, ClientPolicy clients) {
        Host {
            Objects.requireNonNull(identity);
            Objects.requireNonNull(clients);
        }
    }

    private final Map<String, Host> byName;
    private final Optional<Host> otherwise;

    private TlsHosts(Map<String, Host> byName, Optional<Host> otherwise) {
        this.byName = Map.copyOf(byName);
        this.otherwise = otherwise;
    }

    /** A builder without hosts. */
    public static Builder builder() {
        return new Builder();
    }

    /** One identity whatever the client asks for. */
    public static TlsHosts of(TlsIdentity identity) {
        return builder().otherwise(identity).build();
    }

    /** Who answers; empty if the name is refused. */
    Optional<Host> find(String serverName) {
        String name = normal(serverName);
        Host host = byName.get(name);
        int dot = name.indexOf('.');
        if (host == null && dot > 0) {
            host = byName.get("*" + name.substring(dot));
        }
        return host == null ? otherwise : Optional.of(host);
    }

    /** Every host there is. */
    Iterable<Host> all() {
        java.util.Set<Host> all = new java.util.LinkedHashSet<>(byName.values());
        otherwise.ifPresent(all::add);
        return all;
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Collects hosts; not thread-safe. */
    public static final class Builder {
        /** More names than this want a certificate with a wildcard, or several listeners. */
        private static final int MAX_NAMES = 1 << 16;

        private final Map<String, Host> byName = new LinkedHashMap<>();
        private Optional<Host> otherwise = Optional.empty();

        private Builder() {}

        /** Who answers under a name, such as {@code www.example.com} or {@code *.example.com}. */
        public Builder host(String name, TlsIdentity identity) {
            return host(name, identity, ClientPolicy.ANYBODY);
        }

        /** Who answers under a name, and what its clients have to show. */
        public Builder host(String name, TlsIdentity identity, ClientPolicy clients) {
            String normal = normal(name);
            String labels = normal.startsWith("*.") ? normal.substring(2) : normal;
            if (!labels.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*")) {
                throw new IllegalArgumentException("not a host's name: " + name);
            }
            if (byName.size() == MAX_NAMES) {
                throw new IllegalArgumentException("more than " + MAX_NAMES + " names");
            }
            if (byName.put(normal, new Host(identity, clients)) != null) {
                throw new IllegalArgumentException("twice the same name: " + name);
            }
            return this;
        }

        /** Who answers under all other names, and to clients that ask for none. */
        public Builder otherwise(TlsIdentity identity) {
            return otherwise(identity, ClientPolicy.ANYBODY);
        }

        /** Who answers under all other names, and what its clients have to show. */
        public Builder otherwise(TlsIdentity identity, ClientPolicy clients) {
            otherwise = Optional.of(new Host(identity, clients));
            return this;
        }

        /** The hosts. */
        public TlsHosts build() {
            if (byName.isEmpty() && otherwise.isEmpty()) {
                throw new IllegalArgumentException("no hosts");
            }
            return new TlsHosts(byName, otherwise);
        }
    }
}
