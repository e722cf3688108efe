package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys in the text form of RFC 7468.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} that says where it comes from and what is wrong with it.
 */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);

    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private Pem() {}

    /** All certificates, in their order. */
    static List<X509Certificate> certificates(String source, byte[] text) {
        List<X509Certificate> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(text, US_ASCII));
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                found.add(certificate(source, decoded(source, block)));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(source + " has no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return found;
    }

    private static X509Certificate certificate(String source, byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(source + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
    }

    /** The first private key. */
    static PrivateKey key(String source, byte[] text) {
        Matcher block = BLOCK.matcher(new String(text, US_ASCII));
        while (block.find()) {
            String kind = block.group(1);
            boolean hasHeaders = block.group(2).contains(":");
            if (kind.equals("ENCRYPTED PRIVATE KEY") || kind.endsWith("PRIVATE KEY") && hasHeaders) {
                throw new IllegalArgumentException(
                        source + " has a private key under a password: decrypt it, or use PKCS#12");
            }
            switch (kind) {
                case "PRIVATE KEY" -> {
                    return key(source, decoded(source, block), KEY_KINDS);
                }
                case "RSA PRIVATE KEY" -> {
                    byte[] algorithm = Der.sequence(Der.identifier("1.2.840.113549.1.1.1"), Der.nothing());
                    byte[] wrapped = Der.sequence(Der.integer(0), algorithm, Der.octets(decoded(source, block)));
                    return key(source, wrapped, List.of("RSA"));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] der = decoded(source, block);
                    byte[] algorithm = Der.sequence(Der.identifier("1.2.840.10045.2.1"), curve(source, der));
                    return key(source, Der.sequence(Der.integer(0), algorithm, Der.octets(der)), List.of("EC"));
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException(source + " has no private key (-----BEGIN PRIVATE KEY-----)");
    }

    /** RFC 5915 §3: the curve's identifier, in [0] behind the key's octets. */
    private static byte[] curve(String source, byte[] key) {
        for (int at = 0; at + 4 < key.length; at++) {
            int length = key[at + 3] & 0xFF;
            if ((key[at] & 0xFF) == 0xA0
                    && (key[at + 1] & 0xFF) == length + 2
                    && key[at + 2] == 0x06
                    && at + 4 + length <= key.length) {
                return java.util.Arrays.copyOfRange(key, at + 2, at + 4 + length);
            }
        }
        throw new IllegalArgumentException(source + " has an EC private key that does not name its curve");
    }

    private static PrivateKey key(String source, byte[] der, List<String> kinds) {
        for (String kind : kinds) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // Of another kind.
                continue;
            }
        }
        throw new IllegalArgumentException(source + " has a private key that is none of " + kinds);
    }

    private static byte[] decoded(String source, Matcher block) {
        try {
            return Base64.getMimeDecoder().decode(block.group(2).getBytes(US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    source + " has a " + block.group(1) + " whose text is damaged: " + e.getMessage(), e);
        }
    }
}
