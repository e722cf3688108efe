package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The whole command in a process of its own. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGTERM there")
class TcpProxyProcessTest {
    @Test
    void drainsOnSigtermAndPrintsStatistics() throws Exception {
        try (Backend backend = new Backend();
                SampleProcess sample = start(backend, "--stats-interval", "50ms");
                Socket client = ProxyRig.connect(sample.address());
                Socket server = backend.next()) {
            ProxyRig.send(client, "question");
            assertEquals("question", ProxyRig.receive(server, 8));
            sample.line("accepted 1, active 1, refused 0, failed connects 0, bytes to backend 8");
            sample.terminate();
            sample.line("draining");
            ProxyRig.send(server, "answer");
            server.shutdownOutput();
            assertEquals("answer", ProxyRig.all(client));
            client.shutdownOutput();
            String drained = sample.line("drained");
            assertTrue(drained.endsWith(" connections, 0 aborted"), drained);
            String statistics = sample.line("accepted");
            assertTrue(
                    statistics.startsWith("tcp-proxy: accepted 1, active 0, refused 0, failed connects 0, "
                            + "bytes to backend 8, bytes to clients 6, longest queue "),
                    statistics);
            assertEquals(SampleProcess.STATUS_AFTER_SIGTERM, sample.exitStatus());
        }
    }

    @Test
    void cutsConnectionsAfterTheDrainTimeout() throws Exception {
        try (Backend backend = new Backend();
                SampleProcess sample = start(backend, "--drain-timeout", "50ms");
                Socket client = ProxyRig.connect(sample.address());
                Socket server = backend.next()) {
            ProxyRig.send(client, "x");
            assertEquals("x", ProxyRig.receive(server, 1));
            sample.terminate();
            ProxyRig.assertReset(client);
            ProxyRig.assertReset(server);
            sample.line("drained 2 connections, 2 aborted");
            sample.line("accepted 1, active 0");
            assertEquals(SampleProcess.STATUS_AFTER_SIGTERM, sample.exitStatus());
        }
    }

    @Test
    void exitsWithOneLineWhenThePortIsInUse() throws Exception {
        try (Backend taken = new Backend();
                SampleProcess sample = SampleProcess.start(
                        "tcp-proxy",
                        "-l",
                        "127.0.0.1",
                        "-p",
                        "" + taken.address().getPort())) {
            assertEquals(
                    "tcp-proxy: cannot listen on 127.0.0.1:" + taken.address().getPort() + ": the port is in use",
                    sample.line("tcp-proxy"));
            assertEquals(1, sample.exitStatus());
        }
    }

    private static SampleProcess start(Backend backend, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("tcp-proxy", "-l", "127.0.0.1", "-p", "0", "-b", "127.0.0.1"));
        arguments.addAll(List.of("-P", "" + backend.address().getPort()));
        arguments.addAll(List.of(more));
        return SampleProcess.start(arguments.toArray(String[]::new));
    }
}
