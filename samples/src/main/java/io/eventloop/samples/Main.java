package io.eventloop.samples;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command line of the samples: one subcommand each.
 *
 * <p><b>Threading:</b> the main thread waits while a sample's loops work.
 *
 * <p><b>Ownership:</b> a subcommand owns the groups it opens.
 *
 * <p><b>Failure:</b> exit status 1 and one line on the standard error stream for what fails at run time, 2 and one line
 * for a command line that is wrong, 0 otherwise. A process ended by a signal drains first and has the status the
 * JVM gives it: 143 after {@code SIGTERM}, 130 after {@code SIGINT}.
 */
@Command(
        name = "samples",
        description = "Small servers and proxies built with eventloop.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        subcommands = {
            ChatCommand.class,
            EchoCommand.class,
            HttpServerCommand.class,
            RedisProxyCommand.class,
            TcpProxyCommand.class
        })
public final class Main implements Runnable {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs a subcommand. */
    public static void main(String[] args) {
        // The JDK's logging reads the time zones from a file at its first record: too late if descriptors have run out.
        ZoneId.systemDefault().getRules();
        int status = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs a subcommand to its end, and returns the exit status. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Main())
                .registerConverter(Duration.class, new Converters.Time())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler(Main::fail)
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a subcommand is missing: "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    private static int refuse(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(command.getCommandName() + ": " + e.getMessage() + " (--help lists what there is)");
        return WRONG_USAGE;
    }

    private static int fail(Exception e, CommandLine command, ParseResult parsed) {
        String message = e instanceof RunFailure ? e.getMessage() : e.toString();
        command.getErr().println(command.getCommandName() + ": " + message);
        return FAILED;
    }

    /** What {@code --version} prints. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"eventloop samples " + (version == null ? "(development build)" : version)};
        }
    }
}
