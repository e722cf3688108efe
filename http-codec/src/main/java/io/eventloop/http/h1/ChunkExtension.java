package io.eventloop.http.h1;

import io.eventloop.http.HttpSyntax;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;

/**
 * The grammar of chunk extensions (RFC 9112 §7.1.1), a byte at a time: {@code ;name=value;name="quoted \" value"}, with
 * white space around {@code ;} and {@code =} except before the first. A line end inside quotes is refused, for others
 * would take it for the end of the line.
 *
 * <pre>
 *   BEFORE_NAME ► NAME (► NAME_SPACE) ─=─► BEFORE_VALUE ─┬► TOKEN ────────────────────────┬► (VALUE_SPACE) ─;─► BEFORE_NAME
 *                                                        └► QUOTED ◄► ESCAPED ► QUOTE_END ─┘
 * </pre>
 *
 * <p>They may end after NAME, TOKEN and QUOTE_END; white space at the end of the line belongs to nothing.
 */
final class ChunkExtension {
    private enum Place {
        BEFORE_NAME,
        NAME,
        NAME_SPACE,
        BEFORE_VALUE,
        TOKEN,
        QUOTED,
        ESCAPED,
        QUOTE_END,
        VALUE_SPACE
    }

    private Place place = Place.BEFORE_NAME;

    /** After the first semicolon. */
    void begin() {
        place = Place.BEFORE_NAME;
    }

    /** Takes a byte; true if it is the CR behind complete extensions, which it does not take. */
    boolean endsBefore(byte c) {
        switch (place) {
            case BEFORE_NAME -> {
                if (!isSpace(c)) {
                    place = Place.NAME;
                    check(ByteScan.isToken(c));
                }
            }
            case BEFORE_VALUE -> {
                if (!isSpace(c)) {
                    place = c == '"' ? Place.QUOTED : Place.TOKEN;
                    check(c == '"' || ByteScan.isToken(c));
                }
            }
            case QUOTED -> {
                check(HttpSyntax.isValueChar(c & 0xFF));
                place = c == '"' ? Place.QUOTE_END : c == '\\' ? Place.ESCAPED : Place.QUOTED;
            }
            case ESCAPED -> {
                check(HttpSyntax.isValueChar(c & 0xFF));
                place = Place.QUOTED;
            }
            default -> {
                return endsWord(c);
            }
        }
        return false;
    }

    /** Within or after a name or a value. */
    private boolean endsWord(byte c) {
        boolean isName = place == Place.NAME || place == Place.NAME_SPACE;
        if ((place == Place.NAME || place == Place.TOKEN) && ByteScan.isToken(c)) {
            return false;
        }
        if (c == '\r') {
            check(place != Place.NAME_SPACE && place != Place.VALUE_SPACE);
            return true;
        }
        check(isSpace(c) || c == ';' || isName && c == '=');
        if (c == ';') {
            place = Place.BEFORE_NAME;
        } else if (c == '=') {
            place = Place.BEFORE_VALUE;
        } else {
            place = isName ? Place.NAME_SPACE : Place.VALUE_SPACE;
        }
        return false;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }

    private static void check(boolean isRight) {
        if (!isRight) {
            throw new ProtocolException(HttpViolation.BAD_CHUNK_EXTENSION, "a malformed chunk extension");
        }
    }
}
