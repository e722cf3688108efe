package io.eventloop.tls;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Set;

/**
 * Keeps the finite field groups of RFC 7919 out of handshakes. The JDK offers and accepts them in TLS 1.3, and a client that
 * asks for the largest costs a server many times what an elliptic curve costs, and itself next to nothing. What the JDK's own
 * configuration forbids stays forbidden.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class NoFiniteFieldGroups implements AlgorithmConstraints {
    static final NoFiniteFieldGroups INSTANCE = new NoFiniteFieldGroups();

    private NoFiniteFieldGroups() {}

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
        return !algorithm.startsWith("ffdhe");
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
        return true;
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
        return permits(primitives, algorithm, parameters);
    }
}
