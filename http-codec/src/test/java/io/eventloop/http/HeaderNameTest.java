package io.eventloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Names that are recognised, and those that almost are. */
class HeaderNameTest {
    private static final Buffer BUFFER = new SlabPool(
                    BufferPoolOptions.builder().guarded(false).build(), "names", direct -> 0, () -> true)
            .acquire(64);

    private static List<HeaderName> constants() throws IllegalAccessException {
        List<HeaderName> names = new ArrayList<>();
        for (Field field : HeaderName.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == HeaderName.class) {
                names.add((HeaderName) field.get(null));
            }
        }
        return names;
    }

    @Test
    void recognisesEachConstantInAnyCaseAndAnywhere() throws IllegalAccessException {
        List<HeaderName> names = constants();
        assertEquals(63, names.size());
        for (HeaderName name : names) {
            for (String spelling :
                    List.of(name.toString(), name.lowerCase(), name.toString().toUpperCase(Locale.ROOT))) {
                assertEquals(name.id(), idOf(spelling, 0), spelling);
                assertEquals(name.id(), idOf(spelling, 20), spelling);
                assertSame(name, HeaderName.of(spelling));
            }
            assertSame(name, HeaderName.known(name.id()));
        }
    }

    @Test
    void recognisesNothingThatDiffersInACharacter() throws IllegalAccessException {
        for (HeaderName name : constants()) {
            String text = name.lowerCase();
            for (int i = 0; i < text.length(); i++) {
                for (char other : "!#$%&'*+-.^_`|~09azAZ".toCharArray()) {
                    if (Character.toLowerCase(other) != text.charAt(i)) {
                        String almost = text.substring(0, i) + other + text.substring(i + 1);
                        int known = HeaderName.of(almost).id();
                        assertEquals(known, idOf(almost, 0), almost);
                        assertNotEquals(name.id(), known, almost);
                    }
                }
                String shorter = text.substring(0, i) + text.substring(i + 1);
                if (!shorter.isEmpty()) {
                    assertEquals(HeaderName.of(shorter).id(), idOf(shorter, 3), shorter);
                }
            }
            assertEquals(-1, idOf(text + "x", 0));
        }
    }

    @Test
    void comparesWithoutRegardToCase() {
        assertEquals(HeaderName.of("X-Own"), HeaderName.of("x-oWN"));
        assertEquals(HeaderName.of("X-Own").hashCode(), HeaderName.of("x-oWN").hashCode());
        assertNotEquals(HeaderName.of("X-Own"), HeaderName.of("X-Owner"));
        assertEquals("X-Own", HeaderName.of("X-Own").toString());
    }

    /** Exactly at the end of the memory, where no whole word can be read behind the name, or elsewhere. */
    private static int idOf(String name, int offset) {
        int from = offset > 0 ? BUFFER.capacity() - name.length() : 0;
        BUFFER.clear().writeIndex(from).writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
        return HeaderName.idOf(BUFFER, from, name.length());
    }
}
