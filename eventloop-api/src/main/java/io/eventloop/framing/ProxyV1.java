package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.ProxyHeader.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Version 1 of the PROXY protocol: a line of text.
 *
 * <pre>{@code
 * PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n
 * PROXY UNKNOWN\r\n
 * }</pre>
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link ProtocolViolationException} for a line that is anything else, by one blank or zero.
 */
final class ProxyV1 {
    static final byte[] START = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    private static final String UNKNOWN = "UNKNOWN";
    private static final int MAX_PORT = 65_535;

    private ProxyV1() {}

    /** Reads a header from its line, without the end. */
    static ProxyHeader parse(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c < ' ' || c > '~') {
                throw malformed("character 0x" + Integer.toHexString(c) + " at " + i);
            }
        }
        String rest = line.substring(START.length);
        // What a sender adds to UNKNOWN is to be ignored.
        if (rest.equals(UNKNOWN) || rest.startsWith(UNKNOWN + " ")) {
            return ProxyHeader.unspecified();
        }
        String[] words = rest.split(" ", -1);
        boolean isFour = words[0].equals("TCP4");
        if (!isFour && !words[0].equals("TCP6")) {
            throw malformed("protocol '" + words[0] + "'");
        }
        if (words.length != 5) {
            throw malformed(words.length + " words instead of 5");
        }
        return ProxyHeader.of(address(isFour, words[1], words[3]), address(isFour, words[2], words[4]));
    }

    private static InetSocketAddress address(boolean isFour, String host, String port) {
        byte[] bytes = isFour ? IpLiterals.parse4(host) : IpLiterals.parse6(host);
        if (bytes.length == 0) {
            throw malformed("address '" + host + "'");
        }
        int number = IpLiterals.parseDecimal(port, MAX_PORT);
        if (number < 0) {
            throw malformed("port '" + port + "'");
        }
        InetAddress address = isFour ? IpLiterals.inet4(bytes) : IpLiterals.inet6(bytes);
        return new InetSocketAddress(address, number);
    }

    /** Addresses that version 1 has no word for become UNKNOWN. */
    static void encode(ProxyHeader header, Buffer out) {
        if (!header.tlvs().isEmpty()) {
            throw new IllegalArgumentException("version 1 has no fields");
        }
        boolean isTcp = header.transport() == ProxyHeader.Transport.STREAM
                && (header.family() == Family.INET || header.family() == Family.INET6);
        String rest = UNKNOWN;
        if (isTcp) {
            InetSocketAddress source = (InetSocketAddress) header.source().orElseThrow();
            InetSocketAddress destination =
                    (InetSocketAddress) header.destination().orElseThrow();
            rest = (header.family() == Family.INET ? "TCP4 " : "TCP6 ")
                    + IpLiterals.text(source.getAddress()) + " " + IpLiterals.text(destination.getAddress()) + " "
                    + source.getPort() + " " + destination.getPort();
        }
        out.writeLatin1("PROXY " + rest + "\r\n");
    }

    static ProtocolViolationException malformed(String what) {
        return ProtocolViolationException.malformed("PROXY protocol header, version 1: " + what);
    }
}
