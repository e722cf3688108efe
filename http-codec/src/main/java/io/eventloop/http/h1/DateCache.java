package io.eventloop.http.h1;

import java.nio.charset.StandardCharsets;

/**
 * The Date field of responses (RFC 9110 §6.6.1, in the format of §5.6.7), written anew once a second at most. It has no
 * clock: whoever owns it says now and then what time it is.
 *
 * <p><b>Threading:</b> loop-confined; one for each loop. <b>Ownership:</b> plain memory.
 *
 * <p><b>Failure:</b> a time before 1970 or after 9999 throws {@link IllegalArgumentException}.
 */
public final class DateCache {
    /** Bytes of the field with its name and its end. */
    public static final int FIELD_BYTES = 37;

    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int DAY_SECONDS = 86_400;
    private static final int VALUE_FROM = 6;
    private static final byte[] DAYS = latin1("ThuFriSatSunMonTueWed");
    private static final byte[] MONTHS = latin1("MarAprMayJunJulAugSepOctNovDecJanFeb");

    private final byte[] field = latin1("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    private long second;
    private long day;

    /**
     * A cache that shows this time.
     *
     * @param epochMillis since the beginning of 1970, as {@code Environment.wallClock()} tells
     */
    public DateCache(long epochMillis) {
        refresh(epochMillis);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Shows this time from now on, in milliseconds since the beginning of 1970; a matter of a comparison most of the time. */
    public void refresh(long epochMillis) {
        long now = Math.floorDiv(epochMillis, 1000L);
        if (now != second) {
            show(now);
        }
    }

    private void show(long now) {
        if (now < 0 || now > LAST_SECOND) {
            throw new IllegalArgumentException("second " + now + " is not within 1970..9999");
        }
        second = now;
        int ofDay = (int) (now % DAY_SECONDS);
        twoDigits(17, ofDay / 3600);
        twoDigits(20, ofDay / 60 % 60);
        twoDigits(23, ofDay % 60);
        if (now / DAY_SECONDS != day) {
            day = now / DAY_SECONDS;
            showDay((int) day);
        }
    }

    /** Counts in years that begin in March, so that the day a leap year adds is the last of its year. */
    private void showDay(int days) {
        int sinceMarch = days + 719_468;
        int era = sinceMarch / 146_097;
        int ofEra = sinceMarch % 146_097;
        int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int month = (5 * ofYear + 2) / 153;
        int year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0);
        System.arraycopy(DAYS, days % 7 * 3, field, VALUE_FROM, 3);
        twoDigits(5, ofYear - (153 * month + 2) / 5 + 1);
        System.arraycopy(MONTHS, month * 3, field, VALUE_FROM + 8, 3);
        twoDigits(12, year / 100);
        twoDigits(14, year % 100);
    }

    private void twoDigits(int offset, int number) {
        field[VALUE_FROM + offset] = (byte) ('0' + number / 10);
        field[VALUE_FROM + offset + 1] = (byte) ('0' + number % 10);
    }

    /** What it shows, in seconds since the beginning of 1970. */
    public long second() {
        return second;
    }

    /** Copies the field with its name and its end: {@link #FIELD_BYTES}. Returns the offset behind it. */
    public int copyField(byte[] target, int offset) {
        System.arraycopy(field, 0, target, offset, FIELD_BYTES);
        return offset + FIELD_BYTES;
    }

    /** A copy of the value, for other fields and for people. */
    @Override
    public String toString() {
        return new String(field, VALUE_FROM, FIELD_BYTES - VALUE_FROM - 2, StandardCharsets.ISO_8859_1);
    }
}
