package io.eventloop.epoll;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Runs out of descriptors and says what happened then, one word per line. Nothing is printed before descriptors are
 * free again, and nothing was accepted before: what accept and shed need has to be there by itself.
 */
final class ExhaustionProgram {
    private ExhaustionProgram() {}

    public static void main(String[] args) throws Exception {
        try (EpollRig rig = new EpollRig()) {
            SocketChannel shed = SocketChannel.open(rig.listener.localAddress());
            SocketChannel kept = SocketChannel.open(rig.listener.localAddress());
            Deque<SocketChannel> fillers = new ArrayDeque<>();
            takeAll(fillers);
            Throwable first = failureOfAccept(rig);
            boolean isShed = shed(rig);
            takeAll(fillers);
            Throwable second = failureOfAccept(rig);
            fillers.pop().close();
            RawSocket accepted = rig.listener.accept(SocketOptions.DEFAULT);
            for (SocketChannel filler : fillers) {
                filler.close();
            }
            System.out.println(describe(first));
            System.out.println(isShed ? "shed" : "not shed");
            System.out.println(isShed ? describe(failureOfRead(shed)) : "not reset");
            System.out.println(describe(second));
            System.out.println(accepted.remoteAddress().equals(kept.getLocalAddress()) ? "accepted" : "mixed up");
        }
    }

    private static void takeAll(Deque<SocketChannel> fillers) {
        try {
            while (true) {
                fillers.push(SocketChannel.open());
            }
        } catch (IOException e) {
            // None is left.
        }
    }

    /** A thread of the JVM's own may take the reserve's descriptor in between, to look at the system: then once more. */
    private static boolean shed(EpollRig rig) {
        boolean isShed = false;
        for (int i = 0; i < 1000 && !isShed; i++) {
            isShed = rig.listener.shed();
        }
        return isShed;
    }

    private static Throwable failureOfAccept(EpollRig rig) {
        try {
            rig.listener.accept(SocketOptions.DEFAULT);
            return null;
        } catch (Exception | LinkageError e) {
            return e;
        }
    }

    private static Throwable failureOfRead(SocketChannel peer) {
        try {
            EpollRig.receive(peer);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static String describe(Throwable failure) {
        if (failure instanceof SystemCallException refused) {
            return refused.errno().name();
        }
        return String.valueOf(failure);
    }
}
