package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.testing.DecoderFeeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands as clients send them, and as they must not. In the tables {@code ~} stands for CR LF. */
class RespCommandTest {
    private static final int FEEDS = 30;

    /** Takes commands off a buffer, and notes their kinds and words. */
    private static final class Commands {
        private final RespCommand command = new RespCommand(1000);
        private final List<String> found = new ArrayList<>();
        private String error = "";

        void feed(Buffer in) {
            try {
                while (error.isEmpty() && command.find(in)) {
                    found.add(command.arguments() == 0 ? "NOTHING" : text());
                    in.skip(command.bytes());
                }
            } catch (RespException e) {
                error = e.getMessage();
            }
            if (!error.isEmpty()) {
                in.skip(in.readableBytes());
            }
        }

        private String text() {
            StringBuilder text = new StringBuilder(CommandKind.of(command).toString());
            for (int i = 0; i < command.places(); i++) {
                text.append(' ').append(command.word(i));
            }
            return text.toString();
        }

        @Override
        public String toString() {
            return error.isEmpty() ? String.join("; ", found) : error;
        }
    }

    private static String commands(String text) {
        byte[] bytes = text.replace("~", "\r\n").getBytes(ISO_8859_1);
        Commands[] last = new Commands[1];
        DecoderFeeds.check(bytes, FEEDS, () -> last[0] = new Commands(), Commands::feed);
        return last[0].toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*1~$4~PING~                         | SHARED PING",
                "*2~$3~get~$1~k~*1~$4~ping~          | SHARED GET K; SHARED PING",
                "PING~set a b~                       | SHARED PING; SHARED SET A B",
                "~*0~*-1~ ~PING~                     | NOTHING; NOTHING; NOTHING; NOTHING; SHARED PING",
                "*1~$5~multi~*1~$4~EXEC~             | MULTI MULTI; EXEC EXEC",
                "*2~$9~SUBSCRIBE~$1~c~               | OWN SUBSCRIBE C",
                "*1~$12~PUNSUBSCRIBE~                | OWN PUNSUBSCRIBE",
                "*1~$9~SUBSCRIBF~                    | SHARED SUBSCRIBF",
                "*1~$17~SUBSCRIBESUBSCRIB~           | SHARED SUBSCRIBESUBSCRIB",
                "*1~$0~~                             | 'SHARED '",
                "*3~$5~blpop~$1~k~$1~0~              | BLOCKING BLPOP K 0",
                "*3~$6~client~$7~setinfo~$1~x~       | CLIENT CLIENT SETINFO X",
                "wait 1 0~psync~                     | WAIT WAIT 1 0; REFUSED PSYNC",
                "*2~$3~GET~$3~a~b~                   | Protocol error: a bulk string without its line end",
                "*2~$3~GET                           | ''",
            })
    void findsCommands(String text, String kinds) {
        assertEquals(kinds, commands(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*x~            | Protocol error: invalid multibulk length",
                "*1048577~      | Protocol error: invalid multibulk length",
                "*~             | Protocol error: invalid multibulk length",
                "*12345678901~  | Protocol error: invalid multibulk length",
                "*1~PING~       | 'Protocol error: expected ''$'', got ''P'''",
                "*1~$-1~        | Protocol error: invalid bulk length",
                "*1~$1001~      | Protocol error: invalid bulk length",
                "*1~$x~         | Protocol error: invalid bulk length",
                "*1~$3~PING~    | Protocol error: a bulk string without its line end",
                "\\x22MULTI\\x22~ | quotes in an inline command are not supported through this proxy",
            })
    void refusesWhatIsBroken(String text, String message) {
        assertEquals(message, commands(text.replace("\\x22", "\"")));
    }

    @Test
    void takesLinesUpToTheirLimit() {
        String longest = "PING " + "x".repeat(RespCommand.MAX_INLINE_BYTES - 7);
        assertEquals("SHARED PING " + "X".repeat(64), words(longest + "~"));
        assertEquals("Protocol error: too big inline request", words(longest + "xx~"));
    }

    /** Without the ways of feeding, which take their time with long texts. */
    private static String words(String text) {
        Commands[] last = new Commands[1];
        DecoderFeeds.check(
                text.replace("~", "\r\n").getBytes(ISO_8859_1), 0, () -> last[0] = new Commands(), (commands, in) -> {
                    if (in.writeIndex() >= text.length()) {
                        commands.feed(in);
                    }
                });
        return last[0].toString();
    }

    @Test
    void knowsHowManyArgumentsThereAreBeyondThoseItKeeps() {
        String many = "*40~" + "$1~x~".repeat(40);
        assertEquals("SHARED" + " X".repeat(RespCommand.MAX_PLACES), commands(many));
    }
}
