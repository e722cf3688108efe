package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.contract.ClassPath;
import io.eventloop.contract.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A peer whose path has no characters in this process's locale: its address is unnamed, and nothing breaks. */
class ForeignPathTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @Test
    void hasNoName() throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(
                JAVA,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                ClassPath.of(Program.class, SocketAddresses.class, Buffer.class),
                Program.class.getName());
        // Here the JDK takes bytes above 127 for no characters.
        program.environment().put("LC_ALL", "C");
        Process child = Programs.start(program.redirectErrorStream(true));
        try (InputStream said = child.getInputStream()) {
            assertEquals("true", new String(said.readAllBytes(), StandardCharsets.UTF_8).strip());
        }
        child.waitFor();
    }

    /** Says whether a socket bound to two bytes of UTF-8 has no name. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            long at = Memory.allocate(16).address();
            Memory.putShort(at, Linux.AF_UNIX);
            Memory.putByte(at + 2, 0xC3);
            Memory.putByte(at + 3, 0xA4);
            System.out.println(SocketAddresses.decode(at, 4).equals(SocketAddresses.UNNAMED));
        }
    }
}
