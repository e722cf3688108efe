package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Timer;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to a loop is refused to every other thread, by a message that names both. */
public abstract class ConfinementContract extends TransportContract {
    @TempDir
    Path folder;

    private void assertAllRefused(Map<String, Executable> calls) {
        for (Map.Entry<String, Executable> call : calls.entrySet()) {
            IllegalStateException refusal = assertThrows(IllegalStateException.class, call.getValue(), call.getKey());
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.contains(Thread.currentThread().getName()), call.getKey() + ": " + message);
            assertTrue(message.contains(loop().name()), call.getKey() + ": " + message);
        }
    }

    @Test
    void refusesEveryMethodOfAConnection() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection c = handler.opened();
        FileChannel file = closedLater(FileChannel.open(Files.createFile(folder.resolve("empty"))));
        Map<String, Executable> calls = new LinkedHashMap<>();
        calls.put("state", c::state);
        calls.put("localAddress", c::localAddress);
        calls.put("remoteAddress", c::remoteAddress);
        calls.put("handler", c::handler);
        calls.put("handler(next)", () -> c.handler(handler));
        calls.put("pauseReading", c::pauseReading);
        calls.put("resumeReading", c::resumeReading);
        calls.put("isReadingPaused", c::isReadingPaused);
        calls.put("unconsumedBytes", c::unconsumedBytes);
        calls.put("write(ByteBuffer)", () -> c.write(ByteBuffer.allocate(1)));
        calls.put("write(byte[])", () -> c.write(new byte[1]));
        calls.put("write(file)", () -> c.write(file, 0, 1));
        calls.put("writeAndClose", () -> c.writeAndClose(file, 0, 1));
        calls.put("flush", c::flush);
        calls.put("isWritable", c::isWritable);
        calls.put("isInputEnded", c::isInputEnded);
        calls.put("isOutputEnded", c::isOutputEnded);
        calls.put("queuedBytes", c::queuedBytes);
        calls.put("forwardTo", () -> c.forwardTo(c, count -> {}));
        calls.put("shutdownOutput", c::shutdownOutput);
        calls.put("close", c::close);
        calls.put("abort", c::abort);
        calls.put("limits", c::limits);
        calls.put("limits(next)", () -> c.limits(ConnectionLimits.DEFAULT));
        calls.put("bytesReceived", c::bytesReceived);
        calls.put("bytesSent", c::bytesSent);
        calls.put("option", () -> c.option(StandardSocketOptions.TCP_NODELAY));
        calls.put("option(value)", () -> c.option(StandardSocketOptions.TCP_NODELAY, false));
        assertAllRefused(calls);
        // None of them did anything.
        on(c, () -> c.write(Payload.ascii("unharmed")));
        assertArrayEquals(Payload.ascii("unharmed"), peer.receive(8));
    }

    @Test
    void allowsTheMethodsMeantForAnyThread() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        assertDoesNotThrow(connection::id);
        assertDoesNotThrow(connection::loop);
        assertDoesNotThrow(connection::toString);
        assertDoesNotThrow(() -> loop().name());
        assertDoesNotThrow(() -> loop().index());
        assertDoesNotThrow(() -> loop().inLoop());
        assertDoesNotThrow(() -> loop().metrics());
        assertDoesNotThrow(() -> loop().execute(() -> {}));
        assertDoesNotThrow(() -> group().metrics());
    }

    @Test
    void refusesTheConfinedMethodsOfALoop() {
        Map<String, Executable> calls = new LinkedHashMap<>();
        calls.put("connect", () -> loop().connect(loopback(), ConnectOptions.DEFAULT, handler()));
        calls.put("schedule", () -> loop().schedule(Duration.ofSeconds(1), () -> {}));
        calls.put("nextDeadlineNanos", () -> loop().nextDeadlineNanos());
        assertAllRefused(calls);
        assertEquals(0, loop().metrics().timersArmed());
    }

    @Test
    void refusesToArmOrCancelATimer() {
        Timer timer = OnLoop.call(loop(), () -> loop().timer(() -> {}));
        Map<String, Executable> calls = new LinkedHashMap<>();
        calls.put("schedule", () -> timer.schedule(Duration.ofSeconds(1)));
        calls.put("scheduleNanos", () -> timer.scheduleNanos(1));
        calls.put("cancel", timer::cancel);
        assertAllRefused(calls);
    }

    @Test
    void refusesAnotherLoopsThread() throws IOException {
        start(builder -> builder.loops(2));
        RecordingHandler handler = handler();
        connectTo(listen(c -> handler));
        Connection connection = handler.opened();
        int other = 1 - connection.loop().index();
        OnLoop.run(group().loops().get(other), () -> {
            IllegalStateException refusal = assertThrows(IllegalStateException.class, connection::close);
            assertTrue(refusal.getMessage().contains(group().loops().get(0).name()), refusal.getMessage());
            assertTrue(refusal.getMessage().contains(group().loops().get(1).name()), refusal.getMessage());
        });
    }

    @Test
    void refusesToRunALoopThatHasAThread() {
        assertThrows(IllegalStateException.class, () -> loop().runOnce(0));
        OnLoop.run(loop(), () -> assertThrows(IllegalStateException.class, () -> loop().runOnce(0)));
    }
}
