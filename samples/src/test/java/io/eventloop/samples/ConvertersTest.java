package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {
    private final Converters.Time time = new Converters.Time();

    @ParameterizedTest
    @CsvSource({"0,PT0S", "0s,PT0S", "500ms,PT0.5S", "10s,PT10S", "2m,PT2M", "1h,PT1H", "366m,PT366M", "8784h,P366D"})
    void readsDurations(String text, Duration value) {
        assertEquals(value, time.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "1 s", "1d", "1S", "-1s", "1.5s", "1s2s", "1000000000s", "8785h", "١s"})
    void refusesOtherDurations(String text) {
        assertThrows(TypeConversionException.class, () -> time.convert(text));
    }
}
