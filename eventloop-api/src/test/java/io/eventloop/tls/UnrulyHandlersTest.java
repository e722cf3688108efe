package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.testing.RecordingHandler;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks that do more than their own: what the scenario with unruly handlers found, and what was found on the way. */
class UnrulyHandlersTest {

    @Test
    void opensTheHandlerThatWasGivenWhileItConnected() throws IOException {
        try (TlsRig rig = new TlsRig()) {
            rig.listen(TlsRig.server().build());
            TlsClient client = TlsRig.client().build();
            RecordingHandler first = new RecordingHandler();
            RecordingHandler next = new RecordingHandler();
            EventLoop loop = rig.calling.loops().get(0);
            loop.execute(() -> client.connect(loop, rig.address, ConnectOptions.DEFAULT, "a.example", first)
                    .handler(next));
            rig.await(() -> next.has("onOpen") || first.has("onOpen"));
            assertTrue(next.has("onOpen"));
            Connection connection = next.connection().orElseThrow();
            rig.on(connection, connection::close);
            rig.await(next::isClosed);
            assertEquals(List.of(), first.callbacks());
        }
    }

    /** With kept plaintext that is to be offered again. */
    @Test
    void aHandlerThatThrewIsNotOfferedAnything() throws IOException {
        SimulatedNetwork network = SimulatedNetwork.builder().build();
        List<Throwable> failures = new ArrayList<>();
        EventLoopGroup serving = network.host("server")
                .group(builder -> builder.failureListener((what, failure) -> failures.add(failure)));
        EventLoopGroup calling = network.host("client").group(1);
        StringBuilder calls = new StringBuilder();
        serving.listen(
                network.host("server").address(443), TlsRig.server().build().acceptor(open -> {
                    return new RecordingHandler() {
                        @Override
                        public void onData(Connection connection, Buffer in) {
                            calls.append("onData ");
                            connection.pauseReading();
                        }

                        @Override
                        public void onDrain(Connection connection) {
                            calls.append("onDrain ");
                            connection.resumeReading();
                            throw new IllegalStateException("on purpose");
                        }

                        @Override
                        public void onClosed(Connection connection, CloseReason reason) {
                            calls.append(reason.kind());
                        }
                    };
                }));
        TlsClient client = TlsRig.client().build();
        EventLoop loop = calling.loops().get(0);
        loop.execute(() -> client.connect(
                        loop,
                        network.host("server").address(443),
                        ConnectOptions.DEFAULT,
                        "a.example",
                        new RecordingHandler())
                .write(new byte[100]));
        assertTrue(network.runUntil(() -> calls.length() > 0, TlsRig.PATIENCE));
        serving.shutdown(Duration.ofSeconds(5));
        network.run(Duration.ofSeconds(10));
        assertEquals("onData onDrain HANDLER_FAILED", calls.toString());
        assertEquals(1, failures.size());
        network.close();
    }

    /** The little that is left of a large record has no smaller buffer to move to: it stays where it is. */
    @Test
    void keepsWhatIsLeftWhenThereIsNoSmallerBuffer() throws IOException {
        SimulatedNetwork network = SimulatedNetwork.builder().build();
        SimulatedHost host = network.host("server");
        BufferPoolOptions buffers = BufferPoolOptions.builder()
                .slabBytes(128 << 10)
                .maxBytes(1 << 20)
                .build();
        EventLoopGroup serving =
                host.group(builder -> builder.loops(1).options(LoopOptions.DEFAULT.withBuffers(buffers)));
        List<Buffer> hoard = new ArrayList<>();
        int[] received = new int[1];
        RecordingHandler greedy = new RecordingHandler() {
            @Override
            public void onData(Connection connection, Buffer in) {
                received[0] += in.readableBytes() - 1;
                in.skip(in.readableBytes() - 1);
                connection.pauseReading();
                try {
                    while (true) {
                        hoard.add(connection.loop().buffers().acquire(1));
                    }
                } catch (BufferLimitExceededException e) {
                    // That was the last one.
                }
            }
        };
        serving.listen(host.address(443), TlsRig.server().build().acceptor(open -> greedy));
        TlsClient client = TlsRig.client().build();
        EventLoop loop = network.host("client").group(1).loops().get(0);
        RecordingHandler calling = new RecordingHandler();
        loop.execute(() -> client.connect(loop, host.address(443), ConnectOptions.DEFAULT, "a.example", calling)
                .write(new byte[16_000]));
        assertTrue(network.runUntil(() -> received[0] > 0, TlsRig.PATIENCE));
        network.run(Duration.ofSeconds(1));
        assertFalse(greedy.isClosed());
        serving.loops().get(0).execute(() -> hoard.forEach(Buffer::release));
        network.run(Duration.ofSeconds(1));
        network.close();
        assertEquals(0, serving.metrics().buffers().usedBytes());
    }
}
