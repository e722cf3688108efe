package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventloop.Buffer;
import io.eventloop.tls.TlsException.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a ClientHello, RFC 8446 §4.1.2, from the first bytes of a connection, and leaves them where they are: for the
 * engine that answers, or for the server they are passed on to.
 *
 * <p>A message that cannot be understood is refused, not passed over: whoever decides by the name in it must not decide
 * without it.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> consumes nothing of the buffers it is shown.
 *
 * <p><b>Failure:</b> {@link TlsException} with the alert and what is wrong.
 */
public final class ClientHelloParser {
    /** Default limit of the records a ClientHello comes in; those with keys of quantum-safe kinds have about 2 KiB. */
    public static final int MAX_BYTES = 16 << 10;

    private static final int MAX_NAME_BYTES = 255;

    /** Types of extensions; RFC 6066, 7301, 5077, 8446. */
    private static final int SERVER_NAME = 0;

    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int APPLICATION_PROTOCOLS = 16;
    private static final int SESSION_TICKET = 35;
    private static final int PRE_SHARED_KEY = 41;
    private static final int SUPPORTED_VERSIONS = 43;

    private static final int RANDOM_BYTES = 32;

    private final HandshakeReassembly reassembly;
    private byte[] bytes;
    private int at;
    private ClientHello found;

    private String serverName = "";
    private List<String> protocols = List.of();
    private List<Integer> versions = List.of();
    private List<Integer> signatures = List.of();
    private boolean resumes;

    /** A parser for one connection, with the default limit. */
    public ClientHelloParser() {
        this(MAX_BYTES);
    }

    /**
     * A parser for one connection.
     *
     * @param maxBytes of the records it comes in; more is refused
     */
    public ClientHelloParser(int maxBytes) {
        reassembly = new HandshakeReassembly(maxBytes);
    }

    /**
     * Looks at the readable bytes. Call it again when there are more behind them.
     *
     * @return whether the message is whole, and {@link #found()}
     */
    public boolean parse(Buffer in) throws TlsException {
        if (found == null && reassembly.take(in)) {
            bytes = reassembly.message();
            found = message(reassembly.length());
            bytes = null;
        }
        return found != null;
    }

    /** What was parsed. */
    public ClientHello found() {
        if (found == null) {
            throw new IllegalStateException("the ClientHello is not whole yet");
        }
        return found;
    }

    private ClientHello message(int end) throws TlsException {
        at = HandshakeReassembly.MESSAGE_HEADER_BYTES;
        int legacyVersion = number(2, end);
        skip(RANDOM_BYTES, end);
        int sessionBytes = number(1, end);
        if (sessionBytes > 32) {
            throw wrong("a session id of " + sessionBytes + " bytes");
        }
        skip(sessionBytes, end);
        List<Integer> suites = numbers(vector(2, end));
        skip(vector(1, end) - at, end); // compression methods
        if (at < end) {
            extensions(vector(2, end));
            if (at != end) {
                throw wrong("bytes behind the extensions");
            }
        }
        if (versions.isEmpty()) {
            versions = List.of(legacyVersion);
            // RFC 8446 §D.4: since TLS 1.3 an id means nothing.
            resumes |= sessionBytes > 0;
        }
        return new ClientHello(serverName, protocols, versions, suites, signatures, resumes, reassembly.taken());
    }

    private void extensions(int end) throws TlsException {
        long seen = 0;
        while (at < end) {
            int type = number(2, end);
            int extensionEnd = vector(2, end);
            if (type < Long.SIZE) {
                // RFC 8446 §4.2: no type twice; those that are read here are all below 64.
                if ((seen & 1L << type) != 0) {
                    throw wrong("extension " + type + " twice");
                }
                seen |= 1L << type;
            }
            extension(type, extensionEnd);
        }
    }

    private void extension(int type, int end) throws TlsException {
        switch (type) {
            case SERVER_NAME -> serverName = serverName(end);
            case APPLICATION_PROTOCOLS -> protocols = protocols(end);
            case SUPPORTED_VERSIONS -> versions = numbers(vector(1, end));
            case SIGNATURE_ALGORITHMS -> signatures = numbers(vector(2, end));
            case SESSION_TICKET -> {
                resumes |= at < end;
                at = end;
            }
            case PRE_SHARED_KEY -> {
                resumes = true;
                at = end;
            }
            default -> at = end;
        }
        if (at != end) {
            throw wrong("bytes behind the content of extension " + type);
        }
    }

    /** RFC 6066 §3: one name of type host_name; others are not defined. */
    private String serverName(int end) throws TlsException {
        int listEnd = vector(2, end);
        if (at == listEnd) {
            throw wrong("an empty list of server names");
        }
        int type = number(1, listEnd);
        if (type != 0) {
            throw wrong("a server name of type " + type);
        }
        int nameEnd = vector(2, listEnd);
        int length = nameEnd - at;
        if (length == 0 || length > MAX_NAME_BYTES) {
            throw wrong("a server name of " + length + " bytes");
        }
        for (int i = at; i < nameEnd; i++) {
            if (!isOfHostName(bytes[i])) {
                throw wrong("a server name with byte " + (bytes[i] & 0xFF));
            }
        }
        String name = new String(bytes, at, length, ISO_8859_1).toLowerCase(Locale.ROOT);
        at = nameEnd;
        if (at != listEnd) {
            throw wrong("more than one server name");
        }
        return name;
    }

    private static boolean isOfHostName(byte value) {
        return value >= 'a' && value <= 'z'
                || value >= 'A' && value <= 'Z'
                || value >= '0' && value <= '9'
                || value == '-'
                || value == '.'
                || value == '_';
    }

    private List<String> protocols(int end) throws TlsException {
        int listEnd = vector(2, end);
        List<String> names = new ArrayList<>();
        while (at < listEnd) {
            int nameEnd = vector(1, listEnd);
            if (nameEnd == at) {
                throw wrong("an empty application protocol");
            }
            names.add(new String(bytes, at, nameEnd - at, ISO_8859_1));
            at = nameEnd;
        }
        if (names.isEmpty()) {
            throw wrong("an empty list of application protocols");
        }
        return names;
    }

    /** The two-byte numbers up to an index. */
    private List<Integer> numbers(int end) throws TlsException {
        if (at == end || (end - at) % 2 != 0) {
            throw wrong("a list of " + (end - at) + " bytes");
        }
        List<Integer> numbers = new ArrayList<>((end - at) / 2);
        while (at < end) {
            numbers.add(number(2, end));
        }
        return numbers;
    }

    /** Reads a length, and returns the index after what it measures. */
    private int vector(int lengthBytes, int end) throws TlsException {
        int length = number(lengthBytes, end);
        if (length > end - at) {
            throw wrong("a length of " + length + " with " + (end - at) + " bytes left");
        }
        return at + length;
    }

    private int number(int count, int end) throws TlsException {
        if (count > end - at) {
            throw wrong("its end within a number");
        }
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    private void skip(int count, int end) throws TlsException {
        if (count > end - at) {
            throw wrong("its end too early");
        }
        at += count;
    }

    private static TlsException wrong(String what) {
        return new TlsException(Alert.DECODE_ERROR, "a ClientHello with " + what);
    }
}
