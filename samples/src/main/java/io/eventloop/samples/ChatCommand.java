package io.eventloop.samples;

import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code chat}: a room for everybody who connects.
 *
 * <p><b>Threading:</b> see {@link Service}. <b>Ownership:</b> owns its group.
 *
 * <p><b>Failure:</b> {@link RunFailure}.
 */
@Command(
        name = "chat",
        description =
                "Sends each line that somebody sends to everybody who is connected, until SIGTERM or SIGINT. It runs on"
                        + " one event loop, whatever --threads says. Try it with: nc 127.0.0.1 7778")
final class ChatCommand implements Callable<Integer> {
    private static final int MAX_MEMBERS = 1000;

    private static final ListenOptions OPTIONS = ListenOptions.builder()
            .maxConnections(MAX_MEMBERS, ListenOptions.Overflow.RESET)
            .limits(ChatRoom.LIMITS)
            .build();

    private static final Duration DRAIN = Duration.ofSeconds(1);

    @Mixin
    private ListenArguments listen = new ListenArguments("127.0.0.1", 7778);

    @Mixin
    private TransportOptions transport;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws RunFailure, InterruptedException {
        InetSocketAddress address = listen.address();
        ChatRoom room = new ChatRoom();
        try (EventLoopGroup group = transport.open("chat", 1, LoopOptions.DEFAULT)) {
            Listener listener = Addresses.listen(address, at -> group.listen(at, OPTIONS, connection -> room.member()));
            String where = Addresses.text(Addresses.bound(address, listener.address()));
            new Service(spec, group, () -> "accepted " + listener.metrics().accepted() + ", shed " + room.shed())
                    .announce("transport " + group.transportReason() + ", listening on " + where)
                    .run(DRAIN, Duration.ZERO);
        }
        return 0;
    }
}
