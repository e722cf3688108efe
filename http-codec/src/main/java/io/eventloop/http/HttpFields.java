package io.eventloop.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Header fields as objects: the copy of those that were received, or a list of those to be sent. Several fields of one
 * name stay in the order in which they were added.
 *
 * <p><b>Threading:</b> used by one thread at a time. <b>Ownership:</b> plain memory.
 *
 * <p><b>Failure:</b> a value with a character that cannot be sent throws {@link IllegalArgumentException} when it is
 * added; what is written is looked at again. The encoder bounds how much is sent.
 */
public final class HttpFields {
    private final List<HeaderName> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /** No fields. */
    public HttpFields() {}

    /** Adds a field behind the others. */
    public HttpFields add(HeaderName name, String value) {
        if (!HttpSyntax.isValue(value)) {
            throw new IllegalArgumentException("the value of " + name + " has a character that no field may have");
        }
        names.add(name);
        values.add(value);
        return this;
    }

    /** Adds a field in place of all those of its name. */
    public HttpFields set(HeaderName name, String value) {
        remove(name);
        return add(name, value);
    }

    /** Removes all fields of a name. */
    public HttpFields remove(HeaderName name) {
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).equals(name)) {
                names.remove(i);
                values.remove(i);
            }
        }
        return this;
    }

    /** How many fields there are. */
    public int count() {
        return names.size();
    }

    /** The name of the field at an index. */
    public HeaderName name(int index) {
        return names.get(index);
    }

    /** The value of the field at an index. */
    public String value(int index) {
        return values.get(index);
    }

    /** The first value of this name. */
    public Optional<String> first(HeaderName name) {
        int index = names.indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(values.get(index));
    }

    /** A line each. */
    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            lines.append(names.get(i)).append(": ").append(values.get(i)).append('\n');
        }
        return lines.toString();
    }
}
