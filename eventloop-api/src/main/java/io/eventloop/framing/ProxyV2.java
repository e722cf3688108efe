package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.ProxyHeader.Command;
import io.eventloop.framing.ProxyHeader.Family;
import io.eventloop.framing.ProxyHeader.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Version 2 of the PROXY protocol: binary.
 *
 * <pre>
 *   | signature 12 | version 4 bits, command 4 bits | family 4 bits, transport 4 bits | length 2 |
 *   | source address, destination address, ports | type 1, length 2, value | type 1, ...
 * </pre>
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link ProtocolViolationException} for what is not as above in every bit.
 */
final class ProxyV2 {
    static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    /** Signature, command, family and length. */
    static final int FIXED_BYTES = 16;

    private static final int COMMAND_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;
    private static final int VERSION = 2;
    private static final int CHECKSUM_BYTES = ProxyTlv.HEADER_BYTES + Integer.BYTES;

    private ProxyV2() {}

    /** The length of both addresses together. */
    static int addressBytes(Family family) {
        return switch (family) {
            case UNSPECIFIED -> 0;
            case INET -> 12;
            case INET6 -> 36;
            case UNIX -> 2 * ProxyHeader.MAX_PATH_BYTES;
        };
    }

    /** The length of the whole header, from its first 16 bytes. */
    static int wholeBytes(Buffer in) {
        int start = in.readIndex();
        int version = (in.getByte(start + COMMAND_AT) & 0xFF) >>> 4;
        if (version != VERSION) {
            throw malformed("version " + version);
        }
        int whole = FIXED_BYTES + (in.getShort(start + LENGTH_AT) & 0xFFFF);
        if (whole > ProxyHeader.MAX_V2_BYTES) {
            throw ProtocolViolationException.tooLarge("PROXY protocol header, version 2, of " + whole
                    + " bytes, the limit is " + ProxyHeader.MAX_V2_BYTES);
        }
        return whole;
    }

    /** Reads a whole header. */
    static ProxyHeader parse(byte[] bytes) {
        int command = bytes[COMMAND_AT] & 0x0F;
        if (command > 1) {
            throw malformed("command " + command);
        }
        int kind = bytes[FAMILY_AT] & 0xFF;
        boolean isKnown = kind == 0 || kind >>> 4 >= 1 && kind >>> 4 <= 3 && (kind & 0x0F) >= 1 && (kind & 0x0F) <= 2;
        if (!isKnown) {
            throw malformed("family and transport 0x" + Integer.toHexString(kind));
        }
        if (command == 0) {
            // Whatever else is in it is to be ignored, the addresses first of all.
            return ProxyHeader.local();
        }
        Family family = Family.values()[kind >>> 4];
        if (family == Family.UNSPECIFIED) {
            return ProxyHeader.unspecified();
        }
        int addresses = addressBytes(family);
        if (bytes.length < FIXED_BYTES + addresses) {
            throw malformed("length " + (bytes.length - FIXED_BYTES) + ", the addresses alone have " + addresses);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(FIXED_BYTES);
        ProxyHeader header =
                family == Family.UNIX ? ProxyHeader.of(path(in), path(in)) : inet(in, family == Family.INET ? 4 : 16);
        return header.withDecoded(Transport.values()[kind & 0x0F], fields(in));
    }

    private static ProxyHeader inet(ByteBuffer in, int addressBytes) {
        InetAddress source = address(in, addressBytes);
        InetAddress destination = address(in, addressBytes);
        InetSocketAddress from = new InetSocketAddress(source, in.getShort() & 0xFFFF);
        return ProxyHeader.of(from, new InetSocketAddress(destination, in.getShort() & 0xFFFF));
    }

    private static InetAddress address(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return count == 4 ? IpLiterals.inet4(bytes) : IpLiterals.inet6(bytes);
    }

    /** A path, ended by a zero byte if it is not of full length; empty for a socket without one. */
    private static UnixDomainSocketAddress path(ByteBuffer in) {
        byte[] bytes = new byte[ProxyHeader.MAX_PATH_BYTES];
        in.get(bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        if (length == 0 && !Arrays.equals(bytes, new byte[bytes.length])) {
            throw malformed("UNIX address of the abstract namespace");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
            return UnixDomainSocketAddress.of(text);
        } catch (CharacterCodingException | InvalidPathException e) {
            throw malformed("UNIX address that is no path");
        }
    }

    /** The fields, one after the other; none is looked into. */
    private static List<ProxyTlv> fields(ByteBuffer in) {
        List<ProxyTlv> fields = new ArrayList<>();
        boolean isChecked = false;
        while (in.hasRemaining()) {
            if (in.remaining() < ProxyTlv.HEADER_BYTES) {
                throw malformed(in.remaining() + " bytes behind the last field");
            }
            int type = in.get() & 0xFF;
            int length = in.getShort() & 0xFFFF;
            if (length > in.remaining()) {
                throw malformed("field of " + length + " bytes, " + in.remaining() + " are left");
            }
            if (type == ProxyTlv.CRC32C) {
                if (isChecked) {
                    throw malformed("second checksum");
                }
                isChecked = true;
                check(in, length);
                continue;
            }
            if (fields.size() == ProxyHeader.MAX_TLVS) {
                throw ProtocolViolationException.tooLarge(
                        "PROXY protocol header, version 2, with more than " + ProxyHeader.MAX_TLVS + " fields");
            }
            byte[] value = new byte[length];
            in.get(value);
            fields.add(new ProxyTlv(type, value));
        }
        return fields;
    }

    private static void check(ByteBuffer in, int length) {
        if (length != Integer.BYTES) {
            throw malformed("checksum of " + length + " bytes");
        }
        int at = in.position();
        int expected = in.getInt();
        // Computed with zeros in its own place.
        in.putInt(at, 0);
        CRC32C checksum = new CRC32C();
        checksum.update(in.array());
        in.putInt(at, expected);
        if ((int) checksum.getValue() != expected) {
            throw malformed("checksum 0x" + Integer.toHexString(expected) + " instead of 0x"
                    + Integer.toHexString((int) checksum.getValue()));
        }
    }

    static void encode(ProxyHeader header, boolean withChecksum, Buffer out) {
        boolean isChecked = withChecksum && header.family() != Family.UNSPECIFIED;
        int length = addressBytes(header.family()) + (isChecked ? CHECKSUM_BYTES : 0);
        for (ProxyTlv field : header.tlvs()) {
            length += ProxyTlv.HEADER_BYTES + field.valueBytes();
        }
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + length);
        bytes.put(SIGNATURE);
        bytes.put((byte) (VERSION << 4 | (header.command() == Command.PROXY ? 1 : 0)));
        bytes.put((byte) (header.family().ordinal() << 4 | header.transport().ordinal()));
        bytes.putShort((short) length);
        if (header.family() != Family.UNSPECIFIED) {
            putAddresses(header.source().orElseThrow(), header.destination().orElseThrow(), bytes);
        }
        for (ProxyTlv field : header.tlvs()) {
            bytes.put((byte) field.type()).putShort((short) field.valueBytes()).put(field.value());
        }
        if (isChecked) {
            bytes.put((byte) ProxyTlv.CRC32C).putShort((short) Integer.BYTES);
            CRC32C checksum = new CRC32C();
            checksum.update(bytes.array());
            bytes.putInt((int) checksum.getValue());
        }
        out.writeBytes(bytes.flip());
    }

    private static void putAddresses(SocketAddress source, SocketAddress destination, ByteBuffer out) {
        if (source instanceof InetSocketAddress from && destination instanceof InetSocketAddress to) {
            out.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
            out.putShort((short) from.getPort()).putShort((short) to.getPort());
        } else {
            putPath((UnixDomainSocketAddress) source, out);
            putPath((UnixDomainSocketAddress) destination, out);
        }
    }

    private static void putPath(UnixDomainSocketAddress address, ByteBuffer out) {
        out.put(Arrays.copyOf(pathBytes(address), ProxyHeader.MAX_PATH_BYTES));
    }

    static byte[] pathBytes(UnixDomainSocketAddress address) {
        return address.getPath().toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ProtocolViolationException malformed(String what) {
        return ProtocolViolationException.malformed("PROXY protocol header, version 2: " + what);
    }
}
