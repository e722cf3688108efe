package io.eventloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import org.junit.jupiter.api.Test;

/** Text that is looked at in words, wherever in its memory it stands. */
class HttpTextTest {
    private static final int CAPACITY = 40;

    private static long word(HttpText text, int index) {
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            int at = index + i;
            word = word << Byte.SIZE | (at < text.length() ? text.charAt(at) : 0);
        }
        return word;
    }

    @Test
    void hasTheSameCharactersInWords() {
        SlabPool pool =
                new SlabPool(BufferPoolOptions.builder().guarded(false).build(), "text", direct -> 0, () -> true);
        Buffer whole = pool.acquire(CAPACITY);
        int capacity = whole.capacity();
        int first = capacity - CAPACITY;
        for (int i = first; i < capacity; i++) {
            whole.setByte(i, 0xC0 + i);
        }
        HttpText text = new HttpText();
        for (int from = first; from <= capacity; from++) {
            for (int length = 0; length <= capacity - from; length++) {
                text.set(whole, from, length);
                for (int index = 0; index <= length; index++) {
                    assertEquals(word(text, index), text.word(index), from + " " + length + " " + index);
                }
            }
        }
        assertThrows(
                IndexOutOfBoundsException.class, () -> text.set(whole, first, 3).word(4));
        assertThrows(
                IndexOutOfBoundsException.class, () -> text.set(whole, first, 3).word(-1));
        whole.release();
        pool.close();
    }

    @Test
    void isEmptyWithoutBytes() {
        assertEquals(0, new HttpText().word(0));
    }
}
