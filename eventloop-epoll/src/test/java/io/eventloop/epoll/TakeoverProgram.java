package io.eventloop.epoll;

import io.eventloop.SocketOptions;
import io.eventloop.contract.PlainBuffer;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;

/** Takes a connection over that is passed to it at a path, and answers on it. */
final class TakeoverProgram {
    private static final ReadySink ANY = (slot, generation, readyOps) -> {};

    private TakeoverProgram() {}

    public static void main(String[] args) throws Exception {
        EpollTransport transport = new EpollTransport();
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(args[0]);
        try (Poller poller = transport.openPoller();
                RawSocket giver = transport.openSocket(path, SocketOptions.NONE)) {
            giver.connect(path);
            poller.register(giver, 0, 1);
            PlainBuffer bytes = new PlainBuffer(transport, 1024);
            RawSocket[] passed = new RawSocket[1];
            while (giver.receiveDescriptor(bytes, passed) == 0) {
                poller.poll(-1, ANY);
            }
            poller.register(passed[0], 1, 1);
            bytes.clear();
            while (passed[0].read(bytes) == 0) {
                poller.poll(-1, ANY);
            }
            String question = bytes.toString(StandardCharsets.US_ASCII);
            bytes.clear();
            bytes.writeLatin1(
                    question + " from process " + ProcessHandle.current().pid());
            WriteVector vector = new WriteVector();
            vector.add(bytes);
            passed[0].write(vector);
            passed[0].close();
        }
    }
}
