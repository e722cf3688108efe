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
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Runs out of descriptors and says what happened then, one word per line. Nothing is printed before descriptors are
 * free again, and nothing was accepted before: what accept and shed need has to be there by itself.
 *
 * <p>Threads of the JVM's own open a file now and then, to look at the system. So a descriptor can be gone when one is
 * needed, or be free again when none should be; what is tried here is tried again then.
 */
final class ExhaustionProgram {
    /** One is shed, one is accepted at the end; the others may be accepted when a descriptor was free after all. */
    private static final int PEERS = 12;

    private static final int ATTEMPTS = 100_000;

    /** Within which a reset has come, on however busy a machine; it is waited out only where the listener is broken. */
    private static final int RESET_MILLIS = 30_000;

    private final RawListener listener;
    private final Deque<SocketChannel> fillers = new ArrayDeque<>();
    private final List<RawSocket> accepted = new ArrayList<>();

    private ExhaustionProgram(RawListener listener) {
        this.listener = listener;
    }

    /** @param args the name of the provider's class */
    public static void main(String[] args) throws Exception {
        TransportProvider provider = (TransportProvider)
                Class.forName(args[0]).getDeclaredConstructor().newInstance();
        Transport transport = provider.open();
        try (Poller poller = transport.openPoller();
                RawListener listener = transport.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, false, SocketOptions.DEFAULT)) {
            poller.register(listener, 0, 0);
            new ExhaustionProgram(listener).run();
        }
    }

    private void run() throws IOException {
        List<SocketChannel> peers = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(SocketChannel.open(listener.localAddress()));
        }
        Throwable first = failureOfAccept();
        boolean isShed = shed();
        Throwable second = failureOfAccept();
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        int expected = isShed ? PEERS - 1 : PEERS;
        for (int i = 0; i < ATTEMPTS && accepted.size() < expected; i++) {
            accept();
        }
        System.out.println(describe(first));
        System.out.println(isShed ? "shed" : "not shed");
        System.out.println(describe(second));
        System.out.println(accepted.size() == expected ? "others accepted" : "accepted " + accepted.size());
        // Which one was shed is for the kernel to say: they are accepted in the order in which their last packets came.
        for (RawSocket socket : accepted) {
            SocketAddress remote = socket.remoteAddress();
            peers.removeIf(peer -> peer.socket().getLocalSocketAddress().equals(remote));
        }
        for (SocketChannel peer : peers) {
            System.out.println(describe(failureOfRead(peer)));
        }
    }

    /** Leaves no descriptor, and returns how accept failed then; null if it did not. */
    private Throwable failureOfAccept() {
        for (int i = 0; i < ATTEMPTS; i++) {
            takeAll();
            try {
                accept();
            } catch (IOException | LinkageError e) {
                return e;
            }
        }
        return null;
    }

    private void accept() throws IOException {
        RawSocket socket = listener.accept(SocketOptions.DEFAULT);
        if (socket != null) {
            accepted.add(socket);
        }
    }

    private void takeAll() {
        try {
            while (true) {
                fillers.push(SocketChannel.open());
            }
        } catch (IOException e) {
            // None is left.
        }
    }

    private boolean shed() {
        boolean isShed = false;
        for (int i = 0; i < ATTEMPTS && !isShed; i++) {
            isShed = listener.shed();
        }
        return isShed;
    }

    private static Throwable failureOfRead(SocketChannel peer) {
        try {
            peer.socket().setSoTimeout(RESET_MILLIS);
            peer.socket().getInputStream().read();
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
