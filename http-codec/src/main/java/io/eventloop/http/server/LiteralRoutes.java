package io.eventloop.http.server;

import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpText;
import java.util.Map;

/**
 * The routes whose patterns have no parameters, by their whole paths: a hash of a path's first and last eight bytes and its
 * length, and one comparison. They come before any with parameters, so what is found here need not be looked for in the
 * tree.
 */
final class LiteralRoutes {
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private final Entry[] places;
    private final int shift;

    /** A path as its first and its last eight bytes, all of it as words, and its routes. */
    private record Entry(long first, long last, int length, long[] words, MethodRoutes routes) {
        boolean is(HttpText path, long firstOfPath, long lastOfPath) {
            if (path.length() != length || first != firstOfPath || last != lastOfPath) {
                return false;
            }
            for (int i = 1; i < length / Long.BYTES; i++) {
                if (path.word(i * Long.BYTES) != words[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    LiteralRoutes(Map<String, MethodRoutes> routes) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(4 * routes.size());
        shift = Long.SIZE - Math.max(1, bits);
        places = new Entry[1 << Long.SIZE - shift];
        routes.forEach((path, of) -> {
            long[] words = words(path);
            int length = path.length();
            long last = word(path, Math.max(0, length - Long.BYTES));
            int place = place(words[0], last, length);
            while (places[place] != null) {
                place = next(place);
            }
            places[place] = new Entry(words[0], last, length, words, of);
        });
    }

    /** ASCII text in words, as {@link HttpText#word} has it. */
    static long[] words(String text) {
        long[] words = new long[(text.length() + Long.BYTES - 1) / Long.BYTES];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(text, i * Long.BYTES);
        }
        return words;
    }

    private static long word(String text, int from) {
        long word = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            word = word << Byte.SIZE | (i < text.length() ? text.charAt(i) : 0);
        }
        return word;
    }

    private int place(long first, long last, int length) {
        return (int) ((first ^ Long.rotateLeft(last, 29) ^ length) * MULTIPLIER >>> shift);
    }

    private int next(int place) {
        return place + 1 & places.length - 1;
    }

    /** The route of exactly this path, or null. */
    RouteNode.Route find(HttpText path, HttpMethod method) {
        int length = path.length();
        long first = path.word(0);
        long last = path.word(Math.max(0, length - Long.BYTES));
        int place = place(first, last, length);
        // Three of four places are empty, so this ends.
        for (Entry entry = places[place]; entry != null; entry = places[place]) {
            if (entry.is(path, first, last)) {
                return entry.routes.pick(method);
            }
            place = next(place);
        }
        return null;
    }
}
