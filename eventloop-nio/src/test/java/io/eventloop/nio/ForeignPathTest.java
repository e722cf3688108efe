package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.Programs;
import io.eventloop.spi.RawListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A peer whose path has no characters in this process's locale: the accept fails like any other, and ends no loop. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class ForeignPathTest {
    private static final String NAME = "\u00E4";

    @TempDir
    Path folder;

    @Test
    void failsTheAccept() throws IOException, InterruptedException {
        String charset = System.getProperty("sun.jnu.encoding");
        assumeTrue(Charset.forName(charset).newEncoder().canEncode(NAME), "the peer cannot name it either: " + charset);
        Path path = folder.resolve("listener");
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                path.toString());
        // Here the JDK takes bytes above 127 for no characters.
        program.environment().put("LC_ALL", "C");
        Process child = Programs.start(program.redirectErrorStream(true));
        try (BufferedReader said =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
                SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertEquals("listening", said.readLine());
            peer.bind(UnixDomainSocketAddress.of(folder.resolve(NAME)));
            peer.connect(UnixDomainSocketAddress.of(path));
            assertEquals("accept failed", said.readLine());
        } finally {
            child.destroy();
            child.waitFor();
        }
    }

    /** Listens at a path and says what becomes of the first accept. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            try (RawListener listener =
                    new NioTransport().listen(UnixDomainSocketAddress.of(arguments[0]), 1, false, SocketOptions.NONE)) {
                System.out.println("listening");
                while (listener.accept(SocketOptions.NONE) == null) {
                    Thread.onSpinWait();
                }
                System.out.println("accepted");
            } catch (SystemCallException e) {
                System.out.println("accept failed");
            }
        }
    }
}
