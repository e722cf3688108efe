package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Makes the bytes of ClientHello messages, right ones and wrong ones. */
final class HelloBytes {
    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

    /** A two-byte length, then the bytes. */
    static byte[] vector16(byte[] bytes) {
        return concat(number(bytes.length, 2), bytes);
    }

    static byte[] vector8(byte[] bytes) {
        return concat(number(bytes.length, 1), bytes);
    }

    static byte[] number(int value, int bytes) {
        byte[] number = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            number[i] = (byte) (value >>> 8 * (bytes - 1 - i));
        }
        return number;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    HelloBytes extension(int type, byte[] content) {
        extensions.writeBytes(number(type, 2));
        extensions.writeBytes(vector16(content));
        return this;
    }

    HelloBytes serverName(String name) {
        return extension(0, vector16(concat(number(0, 1), vector16(name.getBytes(ISO_8859_1)))));
    }

    HelloBytes protocols(List<String> names) {
        byte[] all = {};
        for (String name : names) {
            all = concat(all, vector8(name.getBytes(ISO_8859_1)));
        }
        return extension(16, vector16(all));
    }

    /** The message with its header. */
    byte[] message() {
        return message(extensions.toByteArray());
    }

    private static byte[] message(byte[] extensions) {
        byte[] body = concat(
                number(0x0303, 2),
                new byte[32],
                vector8(new byte[32]),
                vector16(number(0x1301, 2)),
                vector8(new byte[1]),
                vector16(extensions));
        return handshake(1, body);
    }

    static byte[] handshake(int type, byte[] body) {
        return concat(number(type, 1), number(body.length, 3), body);
    }

    /** In one record. */
    byte[] record() {
        return record(message());
    }

    static byte[] record(byte[] fragment) {
        return concat(number(22, 1), number(0x0301, 2), vector16(fragment));
    }

    /** In records of so many bytes of it each. */
    byte[] records(int fragmentBytes) {
        byte[] message = message();
        byte[] all = {};
        for (int at = 0; at < message.length; at += fragmentBytes) {
            int end = Math.min(message.length, at + fragmentBytes);
            all = concat(all, record(java.util.Arrays.copyOfRange(message, at, end)));
        }
        return all;
    }
}
