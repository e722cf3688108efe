package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpHeaders;

/** The fields of one head or trailer, filled by a {@link FieldLines}. */
final class HeaderTable extends HttpHeaders {

    void begin() {
        reset();
    }

    void at(Buffer source, int base) {
        locate(source, base);
    }

    void field(int id, int name, int nameLength, int value, int valueLength) {
        add(id, name, nameLength, value, valueLength);
    }

    int valueFrom(int index) {
        return valueOffset(index);
    }

    int lengthOfValue(int index) {
        return valueLength(index);
    }
}
