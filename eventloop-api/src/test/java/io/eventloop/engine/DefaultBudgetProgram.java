package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.MemoryBudget;
import io.eventloop.contract.ManualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what the default memory budget is, and if it has an argument also what happens first when consumers stand still: that
 * one is reset, or that the JVM refuses memory.
 */
final class DefaultBudgetProgram {
    private DefaultBudgetProgram() {}

    public static void main(String[] args) {
        long bytes = MemoryBudget.builder().build().bytes();
        System.out.println(bytes == Runtime.getRuntime().maxMemory() / 2 ? "half of the heap" : bytes + " bytes");
        if (args.length > 0) {
            System.out.println(firstMeasure());
        }
    }

    private static String firstMeasure() {
        ScriptedTransport transport = new ScriptedTransport();
        ManualEnvironment environment = new ManualEnvironment();
        List<CloseReason> ends = new ArrayList<>();
        try (EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .transport(transport)
                .callerDriven()
                .environment(environment)
                .failureListener((what, failure) -> {})
                .build()) {
            EventLoop loop = group.loops().get(0);
            while (ends.isEmpty()) {
                Connection connection = standingStill(transport, loop, ends);
                loop.runOnce(0);
                connection.write(new byte[loop.buffers().largestClassBytes()]);
                environment.advance(Duration.ofMillis(10));
                loop.runOnce(0);
                loop.runOnce(0);
            }
            return ends.get(0).kind().toString();
        } catch (BufferLimitExceededException e) {
            return "refused";
        }
    }

    private static Connection standingStill(ScriptedTransport transport, EventLoop loop, List<CloseReason> ends) {
        ScriptedSocket socket = new ScriptedSocket();
        socket.room = () -> 0;
        socket.isStuck = true;
        transport.sockets.add(socket);
        loop.runOnce(0);
        return loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, new ConnectionHandler() {
            @Override
            public void onData(Connection on, Buffer in) {}

            @Override
            public void onClosed(Connection on, CloseReason reason) {
                ends.add(reason);
            }
        });
    }
}
