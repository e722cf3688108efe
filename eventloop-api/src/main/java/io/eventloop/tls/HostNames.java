package io.eventloop.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Compares the host that was meant with the names in a certificate, RFC 9525: those of the subject alternative name, exactly or
 * with a wildcard for the first label.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link CertificateException} naming the host and the names that were found.
 */
final class HostNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private HostNames() {}

    static void verify(X509Certificate certificate, String host) throws CertificateException {
        List<String> found = new ArrayList<>();
        byte[] address = address(host);
        for (List<?> name : names(certificate)) {
            int type = (Integer) name.get(0);
            String value = String.valueOf(name.get(1));
            boolean matches = address != null
                    ? type == IP_ADDRESS && java.util.Arrays.equals(address, address(value))
                    : type == DNS_NAME && matches(value, host);
            if (matches) {
                return;
            }
            found.add(value);
        }
        throw new CertificateException("the certificate is not for " + host + ", but for " + found);
    }

    private static Collection<List<?>> names(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null ? List.of() : names;
    }

    /** Whether a name, which may begin with {@code *.}, covers a host. */
    static boolean matches(String pattern, String host) {
        String name = withoutLastDot(pattern);
        String wanted = withoutLastDot(host);
        if (!name.startsWith("*.")) {
            return name.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        // RFC 9525 §6.3: the wildcard stands for one whole label, and not for all of a top-level domain.
        return dot > 0 && wanted.substring(dot).equals(name.substring(1)) && name.indexOf('.', 2) > 0;
    }

    private static String withoutLastDot(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether a host is an address and not a name. */
    static boolean isAddress(String host) {
        return address(host) != null;
    }

    /** The bytes of an address written as such; null for a name. Nothing is looked up. */
    private static byte[] address(String host) {
        boolean looksLikeOne = host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
        if (!looksLikeOne) {
            return null;
        }
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
