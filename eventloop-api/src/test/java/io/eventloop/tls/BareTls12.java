package io.eventloop.tls;

import static io.eventloop.tls.HelloBytes.concat;
import static io.eventloop.tls.HelloBytes.handshake;
import static io.eventloop.tls.HelloBytes.number;
import static io.eventloop.tls.HelloBytes.vector16;
import static io.eventloop.tls.HelloBytes.vector8;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A client's half of TLS 1.2, RFC 5246 with RFC 5288 and RFC 8422, for sending what no decent client sends, empty records above
 * all. It checks nothing of what the server says.
 */
final class BareTls12 {
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int SERVER_HELLO = 2;
    private static final int SERVER_KEY_EXCHANGE = 12;
    private static final int SERVER_HELLO_DONE = 14;
    private static final int POINT_BYTES = 65;

    private final byte[] random = new byte[32];
    private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
    private final ByteArrayOutputStream inbound = new ByteArrayOutputStream();
    private byte[] serverRandom = {};
    private byte[] serverPoint = {};
    private byte[] key = {};
    private byte[] salt = {};
    private long sequence;

    /** The first record. */
    byte[] hello() {
        byte[] body = concat(
                number(0x0303, 2),
                random,
                vector8(new byte[0]),
                vector16(concat(number(0xC02F, 2), number(0xC02B, 2))),
                vector8(new byte[1]),
                vector16(concat(
                        extension(0, vector16(concat(new byte[1], vector16("a.example".getBytes(US_ASCII))))),
                        extension(10, vector16(number(0x0017, 2))),
                        extension(11, vector8(new byte[1])),
                        extension(13, vector16(concat(number(0x0804, 2), number(0x0403, 2)))))));
        return record(HANDSHAKE, said(handshake(1, body)));
    }

    private static byte[] extension(int type, byte[] content) {
        return concat(number(type, 2), vector16(content));
    }

    private byte[] said(byte[] message) {
        transcript.writeBytes(message);
        return message;
    }

    private static byte[] record(int type, byte[] content) {
        return concat(number(type, 1), number(0x0303, 2), vector16(content));
    }

    /** Takes what the server sent; once that is its whole flight, returns the answer to it, before that nothing. */
    byte[] answer(byte[] bytes) throws GeneralSecurityException {
        inbound.writeBytes(bytes);
        byte[] messages = {};
        byte[] all = inbound.toByteArray();
        for (int at = 0; at + 5 <= all.length && at + 5 + number16(all, at + 3) <= all.length; ) {
            int length = number16(all, at + 3);
            messages = concat(messages, Arrays.copyOfRange(all, at + 5, at + 5 + length));
            at += 5 + length;
        }
        for (int at = 0; at + 4 <= messages.length; ) {
            int end = at + 4 + number16(messages, at + 2);
            if (end > messages.length) {
                return new byte[0];
            }
            take(messages[at], Arrays.copyOfRange(messages, at + 4, end));
            if (messages[at] == SERVER_HELLO_DONE) {
                transcript.write(messages, 0, end);
                inbound.reset();
                return finish();
            }
            at = end;
        }
        return new byte[0];
    }

    private static int number16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    private void take(int type, byte[] body) {
        if (type == SERVER_HELLO) {
            serverRandom = Arrays.copyOfRange(body, 2, 34);
        } else if (type == SERVER_KEY_EXCHANGE) {
            // Named curve, its number, the length of the point.
            serverPoint = Arrays.copyOfRange(body, 4, 4 + POINT_BYTES);
        }
    }

    private byte[] finish() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        ECPublicKey ours = (ECPublicKey) pair.getPublic();
        ECPoint theirs = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(serverPoint, 1, 33)),
                new BigInteger(1, Arrays.copyOfRange(serverPoint, 33, POINT_BYTES)));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(pair.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(theirs, ours.getParams())), true);
        byte[] master = derive(agreement.generateSecret(), "master secret", concat(random, serverRandom), 48);
        byte[] keys = derive(master, "key expansion", concat(serverRandom, random), 40);
        key = Arrays.copyOf(keys, 16);
        salt = Arrays.copyOfRange(keys, 32, 36);
        byte[] point = concat(
                new byte[] {4},
                coordinate(ours.getW().getAffineX()),
                coordinate(ours.getW().getAffineY()));
        byte[] exchange = record(HANDSHAKE, said(handshake(16, vector8(point))));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(transcript.toByteArray());
        byte[] finished = handshake(20, derive(master, "client finished", hash, 12));
        return concat(exchange, record(20, new byte[] {1}), sealed(HANDSHAKE, finished));
    }

    private static byte[] coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] padded = new byte[32];
        int count = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - count, padded, 32 - count, count);
        return padded;
    }

    /** The function of RFC 5246 §5. */
    private static byte[] derive(byte[] secret, String label, byte[] seed, int length) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        byte[] labelled = concat(label.getBytes(US_ASCII), seed);
        byte[] chain = labelled;
        byte[] out = {};
        while (out.length < length) {
            chain = mac.doFinal(chain);
            out = concat(out, mac.doFinal(concat(chain, labelled)));
        }
        return Arrays.copyOf(out, length);
    }

    /** A record of application data. */
    byte[] data(byte[] plaintext) throws GeneralSecurityException {
        return sealed(APPLICATION_DATA, plaintext);
    }

    private byte[] sealed(int type, byte[] plaintext) throws GeneralSecurityException {
        byte[] explicit = concat(number((int) (sequence >>> 32), 4), number((int) sequence, 4));
        sequence++;
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, concat(salt, explicit)));
        cipher.updateAAD(concat(explicit, number(type, 1), number(0x0303, 2), number(plaintext.length, 2)));
        return record(type, concat(explicit, cipher.doFinal(plaintext)));
    }
}
