package io.eventloop.contract;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Runs out of descriptors and says what happened then, one word per line. Nothing is printed before descriptors are
 * free again, and nothing was accepted before: what accept and shed need has to be there by itself.
 */
final class ExhaustionProgram {
    private ExhaustionProgram() {}

    /** @param args the name of the provider's class */
    public static void main(String[] args) throws Exception {
        TransportProvider provider = (TransportProvider)
                Class.forName(args[0]).getDeclaredConstructor().newInstance();
        Transport transport = provider.open();
        try (Poller poller = transport.openPoller();
                RawListener listener = transport.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, false, SocketOptions.DEFAULT)) {
            poller.register(listener, 0, 0);
            // Connections are accepted in the order in which their last packets arrived, which may be the other one.
            SocketChannel one = SocketChannel.open(listener.localAddress());
            SocketChannel other = SocketChannel.open(listener.localAddress());
            Deque<SocketChannel> fillers = new ArrayDeque<>();
            takeAll(fillers);
            Throwable first = failureOfAccept(listener);
            boolean isShed = shed(listener);
            takeAll(fillers);
            Throwable second = failureOfAccept(listener);
            fillers.pop().close();
            RawSocket accepted = listener.accept(SocketOptions.DEFAULT);
            for (SocketChannel filler : fillers) {
                filler.close();
            }
            System.out.println(describe(first));
            System.out.println(isShed ? "shed" : "not shed");
            boolean isOne = accepted.remoteAddress().equals(one.getLocalAddress());
            boolean isOther = accepted.remoteAddress().equals(other.getLocalAddress());
            System.out.println(isShed ? describe(failureOfRead(isOne ? other : one)) : "not reset");
            System.out.println(describe(second));
            System.out.println(isOne || isOther ? "accepted" : "mixed up");
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
    private static boolean shed(RawListener listener) {
        boolean isShed = false;
        for (int i = 0; i < 1000 && !isShed; i++) {
            isShed = listener.shed();
        }
        return isShed;
    }

    private static Throwable failureOfAccept(RawListener listener) {
        try {
            listener.accept(SocketOptions.DEFAULT);
            return null;
        } catch (Exception | LinkageError e) {
            return e;
        }
    }

    private static Throwable failureOfRead(SocketChannel peer) {
        try {
            peer.read(ByteBuffer.allocate(1));
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
