package io.eventloop.http.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/**
 * The usual forms of a line in an access log. What the peer has sent is escaped, so that it cannot make lines or fields.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum AccessLogFormat implements Function<AccessEntry, String> {
    /** The Common Log Format: host, time, request line, status, bytes. */
    COMMON {
        @Override
        public String apply(AccessEntry entry) {
            return common(entry).toString();
        }
    },
    /** The same with referer and user agent. */
    COMBINED {
        @Override
        public String apply(AccessEntry entry) {
            StringBuilder line = common(entry);
            quoted(line.append(' '), entry.referer().isEmpty() ? "-" : entry.referer());
            quoted(line.append(' '), entry.userAgent().isEmpty() ? "-" : entry.userAgent());
            return line.toString();
        }
    },
    /** A JSON object, times in UTC and microseconds. */
    JSON {
        @Override
        public String apply(AccessEntry entry) {
            StringBuilder line = new StringBuilder(256);
            line.append("{\"time\":\"").append(Instant.ofEpochMilli(entry.epochMillis()));
            quoted(line.append("\",\"remote\":"), entry.remote());
            quoted(line.append(",\"method\":"), entry.method());
            quoted(line.append(",\"target\":"), entry.target());
            quoted(line.append(",\"version\":"), entry.version());
            line.append(",\"status\":").append(entry.status());
            line.append(",\"bytes\":").append(entry.bytes());
            line.append(",\"micros\":").append(entry.duration().toNanos() / 1000);
            quoted(line.append(",\"referer\":"), entry.referer());
            quoted(line.append(",\"userAgent\":"), entry.userAgent());
            return line.append('}').toString();
        }
    };

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static StringBuilder common(AccessEntry entry) {
        StringBuilder line = new StringBuilder(192);
        host(line, entry.remote());
        line.append(" - - [");
        TIME.formatTo(Instant.ofEpochMilli(entry.epochMillis()), line);
        line.append("] ");
        quoted(line, entry.method() + " " + entry.target() + " " + entry.version());
        return line.append(' ').append(entry.status()).append(' ').append(entry.bytes());
    }

    /** A word: the path of a socket in the file system is its peer's choice, like what it sends, or there is none. */
    private static void host(StringBuilder line, String remote) {
        if (remote.isEmpty()) {
            line.append('-');
        }
        for (int i = 0; i < remote.length(); i++) {
            char c = remote.charAt(i);
            if (c == ' ') {
                unicode(line, c);
            } else {
                escaped(line, c);
            }
        }
    }

    private static void quoted(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            escaped(line, text.charAt(i));
        }
        line.append('"');
    }

    private static void escaped(StringBuilder line, char c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else if (c < ' ' || c >= 0x7F) {
            unicode(line, c);
        } else {
            line.append(c);
        }
    }

    private static void unicode(StringBuilder line, char c) {
        line.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
    }
}
