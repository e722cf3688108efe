package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.DrainReport;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatRoomTest {
    private static final int PATIENCE_MILLIS = 20_000;

    private final ChatRoom room = new ChatRoom();
    private EventLoopGroup group;
    private Listener listener;

    @BeforeEach
    void open() throws IOException {
        group = EventLoopGroup.builder().transport("nio").loops(1).build();
        listener = group.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ListenOptions.builder().limits(ChatRoom.LIMITS).build(),
                connection -> room.member());
    }

    @AfterEach
    void close() {
        group.close();
    }

    /** A member and what it reads. */
    private static final class Guest implements AutoCloseable {
        private final Socket socket = new Socket();
        private BufferedReader in;

        Guest join(Listener room, int receiveBytes) throws IOException {
            socket.setReceiveBufferSize(receiveBytes);
            socket.connect(room.address());
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            return this;
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void everybodyGetsEachLine() throws IOException {
        try (Guest one = new Guest().join(listener, 8192)) {
            assertEquals("* guest-0 joined, 1 are here", one.line().replaceAll("-\\d+", "-0"));
            try (Guest other = new Guest().join(listener, 8192)) {
                assertTrue(one.line().endsWith(" joined, 2 are here"));
                assertTrue(other.line().endsWith(" joined, 2 are here"));
                other.say("grüezi");
                assertTrue(one.line().endsWith(": grüezi"));
                assertTrue(other.line().endsWith(": grüezi"));
            }
            assertTrue(one.line().endsWith(" left"));
        }
    }

    @Test
    void whoDoesNotReadIsShedAndHoldsNobodyUp() throws Exception {
        String text = "x".repeat(4000);
        try (Guest speaker = new Guest().join(listener, 1 << 20);
                Guest silent = new Guest().join(listener, 2048)) {
            speaker.line();
            assertTrue(speaker.line().endsWith(" joined, 2 are here"));
            int said = 0;
            String last = "";
            while (!last.endsWith(" left")) {
                speaker.say(text);
                said++;
                last = speaker.line();
            }
            assertTrue(silent.socket.isConnected());
            assertTrue(said > 64, "shed after " + said + " lines, before its bound");
            assertEquals(
                    1L,
                    CompletableFuture.supplyAsync(room::shed, group.loops().get(0))
                            .get());
        }
    }

    @Test
    void aDrainEndsMembersInOrder() throws Exception {
        CompletableFuture<DrainReport> drained;
        try (Guest one = new Guest().join(listener, 8192);
                Guest other = new Guest().join(listener, 8192)) {
            assertTrue(other.line().endsWith(" joined, 2 are here"));
            drained = group.shutdown(Duration.ofMillis(PATIENCE_MILLIS));
            for (Guest guest : List.of(one, other)) {
                while (guest.line() != null) {
                    // what was said before, and who left
                }
            }
        }
        assertEquals(new DrainReport(2, 0), drained.get());
    }

    @Test
    void aLineThatIsTooLongEndsItsSenderOnly() throws IOException {
        try (Guest one = new Guest().join(listener, 8192);
                Guest other = new Guest().join(listener, 8192)) {
            one.line();
            one.line();
            other.say("x".repeat(5000));
            assertTrue(one.line().endsWith(" left"));
            one.say("still here");
            assertTrue(one.line().endsWith(": still here"));
        }
    }
}
