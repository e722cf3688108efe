package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Acceptor;
import io.eventloop.CloseReason;
import io.eventloop.ConnectionLimits;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import io.eventloop.testing.RecordingHandler;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** must-survive C11: a header in front of a connection, from peers of all kinds. */
final class ProxyHeaderHandlerTest {
    private static final ProxyHeaderOptions REQUIRED = ProxyHeaderOptions.DEFAULT;
    private static final ProxyHeaderOptions OPTIONAL = REQUIRED.withPresence(Presence.OPTIONAL);
    private static final byte[] LINE = Bytes.latin1("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
    private static final byte[] HELLO = Bytes.latin1("hello");

    private FramedRig rig = new FramedRig();
    private final RecordingHandler behind = new RecordingHandler();
    private final List<ProxyHeader> headers = new ArrayList<>();

    @AfterEach
    void close() {
        rig.close();
    }

    private ScriptedPeer peer(ProxyHeaderOptions options) throws IOException {
        Acceptor acceptor = ProxyHeaderHandler.acceptor(options, (c, header) -> {
            headers.add(header);
            return behind;
        });
        return rig.peer(connection -> rig.keeping(acceptor.accept(connection)));
    }

    private void assertHandedOver(String header, String received) {
        assertEquals(List.of(header), headers.stream().map(Object::toString).toList());
        assertArrayEquals(Bytes.latin1(received), behind.received());
        assertTrue(behind.has("onOpen"));
    }

    private void assertRefused(String reason) {
        assertEquals(reason, rig.reason());
        assertEquals(List.of(), headers);
        assertEquals(List.of(), behind.callbacks());
    }

    @ParameterizedTest
    @EnumSource(ProxyHeaderEncoder.class)
    void handsOverExactlyWhatFollowsTheHeader(ProxyHeaderEncoder encoder) throws IOException {
        ProxyHeader header =
                ProxyHeader.of(new InetSocketAddress("192.0.2.1", 56324), new InetSocketAddress("198.51.100.7", 443));
        ScriptedPeer peer = peer(REQUIRED);
        Bytes.with(new byte[0], 4096, out -> {
            encoder.encode(header, out.writeByte(0));
            out.skip(1).writeBytes(HELLO);
            peer.send(Bytes.of(out));
        });
        rig.play(peer.pause(Duration.ofSeconds(1)).send(HELLO).shutdownOutput().close());
        assertHandedOver("PROXY /192.0.2.1:56324 to /198.51.100.7:443", "hellohello");
    }

    @Test
    void handsOverAfterAHeaderThatComesByteByByte() throws IOException {
        ScriptedPeer peer = peer(REQUIRED);
        for (byte one : LINE) {
            peer.send(new byte[] {one}).pause(Duration.ofMillis(10));
        }
        rig.play(peer.shutdownOutput().close());
        assertHandedOver("PROXY /192.0.2.1:56324 to /198.51.100.7:443", "");
    }

    @Test
    void handsASecondHeaderOnAsBytesOfTheClient() throws IOException {
        rig.play(peer(REQUIRED).send(LINE).send(LINE).shutdownOutput().close());
        assertHandedOver(
                "PROXY /192.0.2.1:56324 to /198.51.100.7:443",
                new String(LINE, java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void refusesAConnectionWithoutARequiredHeader() throws IOException {
        rig.play(peer(REQUIRED).send(Bytes.latin1("GET / HTTP/1.1\r\n")).expectReset());
        assertRefused("PROTOCOL_ERROR by LIBRARY: no PROXY protocol header");
    }

    @Test
    void takesAConnectionWithoutAnOptionalHeaderAsItIs() throws IOException {
        rig.play(peer(OPTIONAL).send(HELLO).shutdownOutput().close());
        assertHandedOver("LOCAL", "hello");
    }

    @Test
    void takesAnOptionalHeader() throws IOException {
        rig.play(peer(OPTIONAL).send(LINE).send(HELLO).shutdownOutput().close());
        assertHandedOver("PROXY /192.0.2.1:56324 to /198.51.100.7:443", "hello");
    }

    @ParameterizedTest
    @EnumSource(Presence.class)
    void endsAHeaderThatDoesNotComeInTime(Presence presence) throws IOException {
        ScriptedPeer peer = peer(REQUIRED.withPresence(presence).withHeaderTimeout(Duration.ofSeconds(2)));
        // Slowly, so that no idle timeout would help.
        for (int i = 0; i < 10; i++) {
            peer.send(new byte[] {LINE[i]}).pause(Duration.ofMillis(500));
        }
        peer.expectReset();
        rig.network.run(Duration.ofSeconds(10));
        String reason = rig.reason();
        assertTrue(
                reason.startsWith("PROTOCOL_TIMEOUT by LIBRARY: PROXY protocol header not whole after PT2S, "), reason);
        assertEquals(List.of(), headers);
        assertEquals(1, rig.group.metrics().closed().get(CloseReason.Kind.PROTOCOL_TIMEOUT));
    }

    @Test
    void endsASilentConnectionInTime() throws IOException {
        rig.play(peer(OPTIONAL).expectReset());
        assertRefused("PROTOCOL_TIMEOUT by LIBRARY: PROXY protocol header not whole after PT5S, 0 bytes are there");
    }

    @Test
    void refusesAPeerThatIsNotTrustedWhereAHeaderIsRequired() throws IOException {
        rig.play(peer(REQUIRED.withTrusted(address -> false)).expectReset());
        String reason = rig.reason();
        assertTrue(reason.endsWith(" is not trusted to send a PROXY protocol header"), reason);
        assertEquals(List.of(), headers);
    }

    @Test
    void believesNothingOfAPeerThatIsNotTrusted() throws IOException {
        ScriptedPeer peer = peer(OPTIONAL.withTrusted(address -> false));
        rig.play(peer.send(LINE).shutdownOutput().close());
        assertHandedOver("LOCAL", new String(LINE, java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void refusesTooLongAHeaderAtItsLength() throws IOException {
        rig.play(peer(REQUIRED)
                .send(Bytes.hex("0d0a0d0a000d0a515549540a 21 11 ffff"))
                .expectReset());
        assertRefused("FRAME_LIMIT by LIBRARY: PROXY protocol header, version 2, of 65551 bytes, the limit is 4096");
    }

    @Test
    void refusesAnInputThatEndsWithinTheHeader() throws IOException {
        rig.play(
                peer(REQUIRED).send(Bytes.latin1("PROXY TCP4")).shutdownOutput().expectReset());
        assertRefused("PROTOCOL_ERROR by LIBRARY: input ended 10 bytes into a PROXY protocol header");
    }

    @Test
    void closesWhereThePeerOnlyTriedToConnect() throws IOException {
        rig.play(peer(REQUIRED).shutdownOutput().expectEnd().close());
        assertRefused("FINISHED by PEER");
    }

    @Test
    void closesWhenTheGroupDrainsBeforeAHeaderIsThere() throws IOException {
        ScriptedPeer peer = peer(REQUIRED).send(Bytes.latin1("PROXY "));
        rig.network.run(Duration.ofSeconds(1));
        rig.group.shutdown(Duration.ofSeconds(10));
        rig.play(peer.expectEnd().shutdownOutput().close());
        assertRefused("CLOSED by LOCAL");
    }

    @Test
    void forgetsItsDeadlineWithTheHeader() throws IOException {
        rig.play(peer(REQUIRED).send(LINE));
        rig.network.run(Duration.ofMinutes(10));
        assertEquals(
                CloseReason.Kind.IDLE_TIMEOUT, behind.reason().orElseThrow().kind());
        assertEquals(0, rig.group.metrics().timersArmed());
    }

    @Test
    void refusesAnInboundLimitBelowTheLongestHeader() throws IOException {
        rig.close();
        rig = new FramedRig(ConnectionLimits.builder().maxInboundBytes(4095).build());
        rig.play(peer(REQUIRED).expectReset());
        assertRefused(
                "HANDLER_FAILED by LIBRARY: PROXY protocol headers of up to 4096 bytes need a maxInboundBytes of as"
                        + " many, and it is 4095");
        rig.failures.clear();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 367 * 86_400_000L})
    void refusesATimeoutOutOfRange(long millis) {
        Duration timeout = Duration.ofMillis(millis);
        assertThrows(IllegalArgumentException.class, () -> REQUIRED.withHeaderTimeout(timeout));
    }
}
