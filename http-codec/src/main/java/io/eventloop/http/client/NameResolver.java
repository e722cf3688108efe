package io.eventloop.http.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Looks names up. The client keeps what it is told for {@link HttpClientOptions#hostLifetime}, and asks once at a time for
 * each origin.
 *
 * <p><b>Threading:</b> called on the client's loop; must not block. The stage may be completed on any thread.
 *
 * <p><b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> the stage's; one that is never completed is given up after the acquire timeout.
 */
@FunctionalInterface
public interface NameResolver {

    /** The addresses of a host, in the order in which they are to be tried. */
    CompletionStage<List<InetAddress>> resolve(String host);

    /** The JDK's resolver, run by an executor, whose queue should be bounded. */
    static NameResolver system(Executor executor) {
        Objects.requireNonNull(executor);
        return host -> CompletableFuture.supplyAsync(() -> lookUp(host), executor);
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }
}
