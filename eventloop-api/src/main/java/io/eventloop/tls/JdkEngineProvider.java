package io.eventloop.tls;

import java.util.Optional;
import java.util.Set;

/**
 * The engines of the JDK. They need nothing else, and lack what {@link #capabilities()} does not name.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> see {@link TlsEngineProvider}.
 */
final class JdkEngineProvider implements TlsEngineProvider {
    static final String NAME = "jdk";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<TlsCapability> capabilities() {
        return Set.of(TlsCapability.RESUMPTION, TlsCapability.HALF_CLOSE, TlsCapability.OCSP_BYTES);
    }

    @Override
    public TlsEngineSource open(TlsSettings settings) {
        Optional<OcspQuery> query = settings.identity().flatMap(identity -> OcspQuery.of(identity.chain()));
        if (query.isEmpty() || settings.ocspResponse().isEmpty()) {
            return new JdkEngineSource(settings, Optional.empty());
        }
        return JdkStapling.open(settings, query.get(), settings.ocspResponse().get());
    }
}
