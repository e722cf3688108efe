package io.eventloop.tls.jdk;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.net.spi.URLStreamHandlerProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Answers what the JDK asks at addresses of the scheme {@value #SCHEME}, from memory. The JDK's engine takes no OCSP responses,
 * it fetches them by itself; it is told to fetch them here.
 *
 * <p><b>Threading:</b> thread-safe.
 *
 * <p><b>Ownership:</b> knows who answers by a weak reference only: whoever registers keeps the registration.
 *
 * <p><b>Failure:</b> {@link IOException} at an address where nobody answers, or has no answer now.
 */
public final class Answers extends URLStreamHandlerProvider {
    /** What the addresses begin with. */
    public static final String SCHEME = "eventloop-ocsp";

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Map<String, WeakReference<Registration>> REGISTRATIONS = new ConcurrentHashMap<>();

    /** For the JDK, which finds it as a service. */
    public Answers() {}

    /**
     * Who answers at one address, for as long as it is referred to.
     *
     * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> none.
     */
    public static final class Registration {
        private final String host;
        private final UnaryOperator<byte[]> answering;
        private volatile boolean asked;

        private Registration(String host, UnaryOperator<byte[]> answering) {
            this.host = host;
            this.answering = answering;
        }

        /** The address. */
        public String address() {
            return SCHEME + "://" + host;
        }

        /** Whether anybody ever asked. */
        public boolean wasAsked() {
            return asked;
        }

        byte[] answer(byte[] request) {
            asked = true;
            return answering.apply(request);
        }
    }

    /**
     * Has requests answered at an address of its own.
     *
     * @param answering gives the answer to a request; empty if there is none
     */
    public static Registration register(UnaryOperator<byte[]> answering) {
        REGISTRATIONS.values().removeIf(known -> known.get() == null);
        String host = "r" + NUMBERS.incrementAndGet();
        Registration registration = new Registration(host, answering);
        REGISTRATIONS.put(host, new WeakReference<>(registration));
        return registration;
    }

    @Override
    public URLStreamHandler createURLStreamHandler(String protocol) {
        return protocol.equals(SCHEME) ? new Handler() : null;
    }

    private static final class Handler extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            WeakReference<Registration> known = REGISTRATIONS.get(url.getHost());
            Registration registration = known == null ? null : known.get();
            if (registration == null) {
                throw new IOException("nobody answers at " + url);
            }
            return new AnsweredConnection(url, registration);
        }
    }
}
