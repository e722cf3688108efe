package io.eventloop.http;

import io.eventloop.Buffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The header fields of a message that was received, in their order, as views of its bytes. A field is named by its index;
 * what returns a {@link String} copies, what fills an {@link HttpText} does not.
 *
 * <p><b>Threading:</b> loop-confined, as the message is. <b>Ownership:</b> none: good as long as the message is.
 * {@link #copy()} is independent of it.
 *
 * <p><b>Failure:</b> an index outside {@code 0..count-1} throws {@link IndexOutOfBoundsException}. A name that is not
 * there is −1 or empty.
 *
 * <p>Not for extension outside this library: the decoder of each version of HTTP fills its own.
 */
public abstract class HttpHeaders {
    private static final int CELLS = 5;
    private static final int ID = 0;
    private static final int NAME = 1;
    private static final int NAME_LENGTH = 2;
    private static final int VALUE = 3;
    private static final int VALUE_LENGTH = 4;

    /** Room for this many at first: enough for most requests, and small beside a connection. */
    private static final int USUAL_COUNT = 12;

    private Buffer bytes;
    private int base;
    private int[] cells = new int[CELLS * USUAL_COUNT];
    private int count;
    /** A bit for each constant of {@link HeaderName} that occurred, and for each that did so more than once. */
    private long seen;

    private long repeated;

    /** For decoders only. */
    protected HttpHeaders() {}

    /** Forgets all fields. */
    protected final void reset() {
        count = 0;
        seen = 0;
        repeated = 0;
    }

    /** The bytes that the fields are in, and the index that their offsets count from. */
    protected final void locate(Buffer source, int index) {
        // A store of a reference can be a fence.
        if (bytes != source) {
            bytes = source;
        }
        base = index;
    }

    /** Adds a field by its offsets. */
    protected final void add(int id, int name, int nameLength, int value, int valueLength) {
        int at = count * CELLS;
        if (at == cells.length) {
            cells = Arrays.copyOf(cells, 2 * at);
        }
        int[] c = cells;
        c[at] = id;
        c[at + NAME] = name;
        c[at + NAME_LENGTH] = nameLength;
        c[at + VALUE] = value;
        c[at + VALUE_LENGTH] = valueLength;
        count++;
        if (id >= 0) {
            long bit = 1L << id;
            repeated |= seen & bit;
            seen |= bit;
        }
    }

    /** Where the value of a field begins, as it was added. */
    protected final int valueOffset(int index) {
        return cells[cell(index) + VALUE];
    }

    /** How long the value of a field is. */
    protected final int valueLength(int index) {
        return cells[cell(index) + VALUE_LENGTH];
    }

    /** How many fields there are. */
    public final int count() {
        return count;
    }

    /** Whether there is a field of this name. */
    public final boolean contains(HeaderName name) {
        return indexOf(name, 0) >= 0;
    }

    /** Whether there are several fields of this name. */
    public final boolean isRepeated(HeaderName name) {
        if (name.id() >= 0) {
            return (repeated >>> name.id() & 1) != 0;
        }
        int first = indexOf(name, 0);
        return first >= 0 && indexOf(name, first + 1) >= 0;
    }

    /** The first field of this name, or −1. */
    public final int indexOf(HeaderName name) {
        return indexOf(name, 0);
    }

    /** The first field of this name from an index on, or −1. */
    public final int indexOf(HeaderName name, int from) {
        int id = name.id();
        if (id >= 0 && (seen >>> id & 1) == 0) {
            return -1;
        }
        for (int i = from; i < count; i++) {
            int at = i * CELLS;
            if (cells[at] == id && (id >= 0 || nameMatches(at, name))) {
                return i;
            }
        }
        return -1;
    }

    private boolean nameMatches(int at, HeaderName name) {
        return HttpText.matchesIgnoringCase(bytes, base + cells[at + NAME], cells[at + NAME_LENGTH], name.lowerCase());
    }

    /** Points the view at the name of a field. */
    public final HttpText name(int index, HttpText view) {
        int at = cell(index);
        return view.set(bytes, base + cells[at + NAME], cells[at + NAME_LENGTH]);
    }

    /** A copy of the name of a field as it was sent; for a constant of {@link HeaderName} its own spelling, not copied. */
    public final String name(int index) {
        int at = cell(index);
        int id = cells[at];
        return id >= 0
                ? HeaderName.known(id).toString()
                : HttpText.copy(bytes, base + cells[at + NAME], cells[at + NAME_LENGTH]);
    }

    /** {@link HeaderName#id()} of a field's name: −1 for one that is not among the constants. */
    public final int nameId(int index) {
        return cells[cell(index)];
    }

    /** Points the view at the value of a field, which has no white space around it. */
    public final HttpText value(int index, HttpText view) {
        int at = cell(index);
        return view.set(bytes, base + cells[at + VALUE], cells[at + VALUE_LENGTH]);
    }

    /** A copy of the value of a field. */
    public final String value(int index) {
        int at = cell(index);
        int length = cells[at + VALUE_LENGTH];
        return length == 0 ? "" : HttpText.copy(bytes, base + cells[at + VALUE], length);
    }

    /** A copy of the first value of this name. */
    public final Optional<String> first(HeaderName name) {
        int index = indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(value(index));
    }

    /** Whether the value of a field is this, upper and lower case of ASCII letters being the same. */
    public final boolean valueIs(int index, CharSequence text) {
        int at = cell(index);
        return HttpText.matchesIgnoringCase(bytes, base + cells[at + VALUE], cells[at + VALUE_LENGTH], text);
    }

    /**
     * Whether one of the fields of this name has this member in its comma-separated list (RFC 9110 §5.6.1), upper and
     * lower case being the same. Parameters belong to a member, and quotes are not looked into: for lists of tokens.
     */
    public final boolean hasToken(HeaderName name, CharSequence token) {
        for (int i = indexOf(name); i >= 0; i = indexOf(name, i + 1)) {
            int at = i * CELLS;
            int from = base + cells[at + VALUE];
            int end = from + cells[at + VALUE_LENGTH];
            while (from < end) {
                int comma = bytes.indexOf((byte) ',', from, end);
                int stop = comma < 0 ? end : comma;
                if (memberMatches(from, stop, token)) {
                    return true;
                }
                from = stop + 1;
            }
        }
        return false;
    }

    private boolean memberMatches(int from, int to, CharSequence token) {
        int start = from;
        int end = to;
        while (start < end && isSpace(bytes.getByte(start))) {
            start++;
        }
        while (end > start && isSpace(bytes.getByte(end - 1))) {
            end--;
        }
        return HttpText.matchesIgnoringCase(bytes, start, end - start, token);
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t';
    }

    /** A copy of all fields, independent of the message. */
    public final HttpFields copy() {
        HttpFields copy = new HttpFields();
        for (int i = 0; i < count; i++) {
            int id = cells[i * CELLS];
            copy.add(id >= 0 ? HeaderName.known(id) : HeaderName.of(name(i)), value(i));
        }
        return copy;
    }

    /** A copy of all fields, a line each, for people. */
    @Override
    public final String toString() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(name(i)).append(": ").append(value(i)).append('\n');
        }
        return lines.toString();
    }

    private int cell(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("field " + index + " of " + count);
        }
        return index * CELLS;
    }
}
