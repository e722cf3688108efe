package io.eventloop.http.h1;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;

/**
 * Fields that many messages have in common, checked and encoded once.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> plain memory.
 *
 * <p><b>Failure:</b> fields that {@link HeadWriter} would refuse throw {@link IllegalArgumentException}.
 */
public final class HeaderBlock {
    final byte[] bytes;
    /** A bit for each constant of {@link HeaderName} that is in it. */
    final long names;

    private HeaderBlock(byte[] bytes, long names) {
        this.bytes = bytes;
        this.names = names;
    }

    /** A block of these fields. */
    public static HeaderBlock of(HttpFields fields) {
        HeadWriter writer = new HeadWriter(Integer.MAX_VALUE);
        writer.begin();
        writer.fields(fields);
        return new HeaderBlock(writer.toBytes(), writer.names());
    }

    /** A block of one field. */
    public static HeaderBlock of(HeaderName name, String value) {
        return of(new HttpFields().add(name, value));
    }
}
