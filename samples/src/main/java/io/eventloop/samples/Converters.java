package io.eventloop.samples;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * From the text of an option to its value.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link TypeConversionException} with the value and what is allowed; picocli adds the option's name.
 */
final class Converters {
    private Converters() {}

    /** {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}; {@code 0} for none: each duration that names no converter. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
        private static final Duration MAX = Duration.ofDays(366);

        @Override
        public Duration convert(String text) {
            if (text.equals("0")) {
                return Duration.ZERO;
            }
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text
                        + "' is not a duration: a whole number and ms, s, m or h, such as 500ms, or 0 for none");
            }
            long count = Long.parseLong(matcher.group(1));
            Duration value = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
            if (value.compareTo(MAX) > 0) {
                throw new TypeConversionException("'" + text + "' is longer than 366 days");
            }
            return value;
        }
    }

    /** A whole number within a range. */
    private abstract static class Whole implements ITypeConverter<Integer> {
        private final String what;
        private final int min;
        private final int max;

        Whole(String what, int min, int max) {
            this.what = what;
            this.min = min;
            this.max = max;
        }

        @Override
        public Integer convert(String text) {
            try {
                int value = Integer.parseInt(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Refused below, in the same words.
            }
            throw new TypeConversionException(
                    "'" + text + "' is not " + what + ": a whole number within " + min + ".." + max);
        }
    }

    /** A port to listen on; 0 lets the system choose. */
    static final class LocalPort extends Whole {
        LocalPort() {
            super("a port to listen on", 0, 65_535);
        }
    }

    /** A port to connect to. */
    static final class RemotePort extends Whole {
        RemotePort() {
            super("a port to connect to", 1, 65_535);
        }
    }

    /** A number of loops. */
    static final class Threads extends Whole {
        Threads() {
            super("a number of threads", 1, 1024);
        }
    }

    /** A number of connections. */
    static final class Connections extends Whole {
        Connections() {
            super("a number of connections", 1, 1_000_000);
        }
    }

    /** Whether clients begin with a PROXY protocol header. */
    static final class FromClient implements ITypeConverter<ProxyOptions.HeaderFromClient> {
        @Override
        public ProxyOptions.HeaderFromClient convert(String text) {
            return switch (text) {
                case "required" -> ProxyOptions.HeaderFromClient.REQUIRED;
                case "optional" -> ProxyOptions.HeaderFromClient.OPTIONAL;
                default -> throw new TypeConversionException("'" + text + "' is neither required nor optional");
            };
        }
    }

    /** The version of the PROXY protocol header for the backend. */
    static final class ToBackend implements ITypeConverter<ProxyOptions.HeaderToBackend> {
        @Override
        public ProxyOptions.HeaderToBackend convert(String text) {
            return switch (text) {
                case "v1" -> ProxyOptions.HeaderToBackend.V1;
                case "v2" -> ProxyOptions.HeaderToBackend.V2;
                default -> throw new TypeConversionException("'" + text + "' is not a version: v1 or v2");
            };
        }
    }

    /** A number of connections to a server. */
    static final class PoolSize extends Whole {
        PoolSize() {
            super("a number of connections", 1, 10_000);
        }
    }

    /** A number of MiB, of which an int holds the bytes. */
    static final class BulkMib extends Whole {
        BulkMib() {
            super("a number of MiB", 1, 1024);
        }
    }

    /** As {@link Time}, and not zero. */
    static final class PositiveTime implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration value = new Time().convert(text);
            if (value.isZero()) {
                throw new TypeConversionException("'" + text + "' must be longer than zero");
            }
            return value;
        }
    }

    /** {@code 127.0.0.1:6379}, {@code [::1]:6379}, {@code redis:6379}. */
    static final class HostAndPort implements ITypeConverter<HostAndPort.Value> {
        /** The two. */
        record Value(String host, int port) {}

        @Override
        public Value convert(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.indexOf(':') >= 0) {
                host = "";
            }
            if (host.isEmpty()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a host and a port: such as 127.0.0.1:6379 or [::1]:6379");
            }
            return new Value(host, new RemotePort().convert(text.substring(colon + 1)));
        }
    }

    /** A name that upper and lower case make no difference to. */
    static final class LowerCase implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text.toLowerCase(Locale.ROOT);
        }
    }

    /** Requests a second: {@code 100/s}, or the number alone. */
    static final class Rate implements ITypeConverter<Integer> {
        private static final Whole NUMBER = new Requests();

        @Override
        public Integer convert(String text) {
            return NUMBER.convert(text.endsWith("/s") ? text.substring(0, text.length() - 2) : text);
        }
    }

    private static final class Requests extends Whole {
        Requests() {
            super("a number of requests a second", 1, 10_000_000);
        }
    }

    /** The name of a transport. */
    static final class Transport implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return switch (text) {
                case "auto", "nio", "epoll" -> text;
                default -> throw new TypeConversionException("'" + text + "' is not a transport: auto, nio or epoll");
            };
        }
    }
}
