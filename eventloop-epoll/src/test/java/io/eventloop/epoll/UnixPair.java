package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two descriptors connected to each other over a UNIX-domain socket, made by calls alone; both are non-blocking. */
final class UnixPair {
    final int client;
    final int server;

    UnixPair(Workspace workspace) {
        Syscalls kernel = workspace.kernel;
        int flags = Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
        int listener = kernel.socket(Linux.AF_UNIX, Linux.SOCK_STREAM | flags, 0);
        client = kernel.socket(Linux.AF_UNIX, Linux.SOCK_STREAM | flags, 0);
        try {
            Path folder = Files.createTempDirectory("pair");
            Path path = folder.resolve("s");
            int length = SocketAddresses.encode(UnixDomainSocketAddress.of(path), Linux.AF_UNIX, workspace.address);
            assertEquals(0, kernel.bind(listener, workspace.address, length));
            assertEquals(0, kernel.listen(listener, 1));
            assertEquals(0, kernel.connect(client, workspace.address, length));
            server = kernel.accept4(listener, 0, 0, flags);
            kernel.close(listener);
            Files.delete(path);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
