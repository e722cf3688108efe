package io.eventloop.tls;

import java.util.Arrays;

/**
 * Looks at the hello messages of a handshake, which are not encrypted, to find out what the JDK's engine does not tell: whether
 * a session was resumed.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> keeps the client's session id.
 *
 * <p><b>Failure:</b> never; what it cannot read counts as not resumed. The engine judges the messages.
 */
final class HelloObserver {
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;

    /** Record header, message header, version, random. */
    private static final int SESSION_ID_AT = 5 + 4 + 2 + 32;

    private static final int SUPPORTED_VERSIONS = 43;
    private static final int PRE_SHARED_KEY = 41;

    private byte[] clientSessionId = {};
    private boolean resumed;

    boolean resumed() {
        return resumed;
    }

    /** @param record a whole one, from index 0 */
    void observe(byte[] record, int length) {
        if (length <= SESSION_ID_AT || record[0] != HANDSHAKE) {
            return;
        }
        int idEnd = SESSION_ID_AT + 1 + (record[SESSION_ID_AT] & 0xFF);
        if (idEnd > length) {
            return;
        }
        byte[] sessionId = Arrays.copyOfRange(record, SESSION_ID_AT + 1, idEnd);
        if (record[5] == CLIENT_HELLO) {
            clientSessionId = sessionId;
        } else if (record[5] == SERVER_HELLO) {
            resumed = isResumed(record, length, idEnd, sessionId);
        }
    }

    private boolean isResumed(byte[] record, int length, int idEnd, byte[] sessionId) {
        boolean since13 = false;
        boolean withKey = false;
        // Behind the id: suite, compression, the length of the extensions.
        int at = idEnd + 5;
        int end = Math.min(length, 5 + 4 + messageLength(record));
        while (at + 4 <= end) {
            int type = number(record, at);
            since13 |= type == SUPPORTED_VERSIONS;
            withKey |= type == PRE_SHARED_KEY;
            at += 4 + number(record, at + 2);
        }
        // RFC 8446 §4.1.3: the id is echoed whatever happens. RFC 5246 §7.4.1.3: it is echoed to resume.
        return since13 ? withKey : sessionId.length > 0 && Arrays.equals(sessionId, clientSessionId);
    }

    private static int messageLength(byte[] record) {
        return (record[6] & 0xFF) << 16 | number(record, 7);
    }

    private static int number(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
}
