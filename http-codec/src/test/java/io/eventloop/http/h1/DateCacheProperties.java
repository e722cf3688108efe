package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** RFC 9110 §5.6.7. */
class DateCacheProperties {
    private static final long LAST_MILLI = 253_402_300_799_999L;
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Property
    void showsTheTimeItIsTold(
            @ForAll @LongRange(max = LAST_MILLI) long first, @ForAll @LongRange(max = LAST_MILLI) long second) {
        DateCache dates = new DateCache(first);
        assertEquals(FORMAT.format(Instant.ofEpochMilli(first)), dates.toString());
        dates.refresh(second);
        assertEquals(FORMAT.format(Instant.ofEpochMilli(second)), dates.toString());
    }

    @Example
    void knowsLeapYearsAndTheEndsOfTheScale() {
        for (String time : new String[] {
            "1970-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2000-02-29T00:00:00Z",
            "2000-03-01T00:00:00Z",
            "2100-02-28T23:59:59Z",
            "2100-03-01T00:00:00Z",
            "2024-02-29T12:00:00Z",
            "9999-12-31T23:59:59Z"
        }) {
            Instant instant = Instant.parse(time);
            assertEquals(FORMAT.format(instant), new DateCache(instant.toEpochMilli()).toString());
        }
        assertThrows(IllegalArgumentException.class, () -> new DateCache(-1));
        assertThrows(IllegalArgumentException.class, () -> new DateCache(LAST_MILLI + 1));
    }
}
