package io.eventloop.samples.redis;

import static io.eventloop.samples.redis.ScriptedRedis.bytes;
import static io.eventloop.samples.redis.ScriptedRedis.command;
import static io.eventloop.samples.redis.ScriptedRedis.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each limit of the proxy, reached. */
@Timeout(60)
class RedisLimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String PING = "PING\r\n";
    private static final String PONG = "+PONG\r\n";
    private static final String GET_LARGE = command("GET", "large").repeat(3);
    private static final String LARGE = ("$1000000\r\n" + "x".repeat(1_000_000) + "\r\n").repeat(3);
    private static final int CLIENTS = 100;
    private static final long BULK = RespScanner.MAX_BULK_BYTES;

    @Test
    void takesNoMoreOfAClientThanItMayHaveUnanswered() throws IOException {
        int most = ClientSession.MAX_UNANSWERED;
        int rest = 500;
        try (ScriptedRedis redis = new ScriptedRedis(
                CLIENTS,
                BULK,
                server -> server.expect(bytes(PING.repeat(most)))
                        .pause(SECOND.multipliedBy(2))
                        .send(bytes(PONG.repeat(most)))
                        .expect(bytes(PING.repeat(rest)))
                        .send(bytes(PONG.repeat(rest))))) {
            ScriptedPeer client = redis.client().send(bytes(PING.repeat(most + rest)));
            redis.pass(SECOND);
            assertEquals(most * PING.length(), redis.servers.get(0).received().length);
            redis.pass(SECOND.multipliedBy(2));
            assertEquals(PONG.repeat(most + rest), received(client));
            client.close();
            assertEquals(List.of(), redis.failures);
        }
    }

    @Test
    void takesNoMoreOfAClientWithAConnectionToItself() throws IOException {
        String multi = "MULTI\r\n";
        int most = ClientSession.MAX_UNANSWERED;
        int rest = 500;
        try (ScriptedRedis redis = new ScriptedRedis(
                CLIENTS,
                BULK,
                server -> server.expect(bytes(multi + PING.repeat(most - 1)))
                        .pause(SECOND.multipliedBy(2))
                        .send(bytes("+OK\r\n" + "+QUEUED\r\n".repeat(most - 1)))
                        .expect(bytes(PING.repeat(rest)))
                        .send(bytes("+QUEUED\r\n".repeat(rest))))) {
            ScriptedPeer client = redis.client().send(bytes(multi + PING.repeat(most - 1 + rest)));
            redis.pass(SECOND);
            assertEquals(
                    multi.length() + (most - 1) * PING.length(),
                    redis.servers.get(0).received().length);
            redis.pass(SECOND.multipliedBy(2));
            assertEquals("+OK\r\n" + "+QUEUED\r\n".repeat(most - 1 + rest), received(client));
            client.close();
            assertEquals(List.of(), redis.failures);
        }
    }

    @Test
    void sendsNoMoreOnASharedConnectionThanMayBeUnanswered() throws IOException {
        int most = SharedUpstream.MAX_UNANSWERED;
        int each = ClientSession.MAX_UNANSWERED;
        int clients = most / each + 4;
        try (ScriptedRedis redis = new ScriptedRedis(
                CLIENTS,
                BULK,
                server -> server.expect(bytes(PING.repeat(most)))
                        .pause(SECOND.multipliedBy(2))
                        .send(bytes(PONG.repeat(most)))
                        .expect(bytes(PING.repeat(clients * each - most)))
                        .send(bytes(PONG.repeat(clients * each - most))))) {
            List<ScriptedPeer> peers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                peers.add(redis.client().pause(SECOND).send(bytes(PING.repeat(each))));
            }
            redis.pass(SECOND);
            redis.stall(SECOND.dividedBy(2)); // so that all of them are read in one turn
            redis.pass(SECOND.dividedBy(4));
            assertEquals(0, redis.servers.size());
            redis.pass(SECOND);
            assertEquals(most * PING.length(), redis.servers.get(0).received().length);
            redis.pass(SECOND.multipliedBy(3));
            for (ScriptedPeer peer : peers) {
                assertEquals(PONG.repeat(each), received(peer));
                peer.close();
            }
            assertEquals(List.of(), redis.failures);
            assertEquals(1, redis.servers.size());
        }
    }

    /** The server is asked for much by a client, and then by another one, whose answer comes behind it. */
    private static ScriptedRedis largeThenSmall() throws IOException {
        return new ScriptedRedis(
                CLIENTS,
                BULK,
                server -> server.expect(bytes(GET_LARGE))
                        .send(bytes(LARGE))
                        .expect(bytes(PING))
                        .send(bytes(PONG)));
    }

    @Test
    void cutsAClientThatHoldsUpThoseItSharesWith() throws IOException {
        try (ScriptedRedis redis = largeThenSmall()) {
            ScriptedPeer stalled = redis.client().hold().send(bytes(GET_LARGE));
            redis.pass(SECOND);
            ScriptedPeer other = redis.client().send(bytes(PING));
            redis.pass(ScriptedRedis.STALL.minus(SECOND.multipliedBy(2)));
            assertEquals("", received(other));
            redis.pass(SECOND.multipliedBy(3));
            assertEquals(PONG, received(other));
            stalled.read().expectReset();
            redis.pass(SECOND);
            assertTrue(stalled.isDone());
            String end = redis.end();
            assertTrue(end.endsWith("; clients cut for not reading 1"), end);
        }
    }

    /** A client that is slow and takes something in time holds others up, and is not cut. */
    @Test
    void letsAClientCatchUp() throws IOException {
        try (ScriptedRedis redis = largeThenSmall()) {
            ScriptedPeer slow = redis.client()
                    .hold()
                    .send(bytes(GET_LARGE))
                    .pause(ScriptedRedis.STALL.minus(SECOND))
                    .read();
            redis.pass(SECOND);
            ScriptedPeer other = redis.client().send(bytes(PING));
            redis.pass(ScriptedRedis.STALL.multipliedBy(2));
            assertEquals(PONG, received(other));
            assertEquals(LARGE.length(), slow.received().length);
            assertTrue(redis.end().endsWith("clients cut for not reading 0"));
        }
    }

    /** The name of a command tells whether it may be passed on before it is whole. */
    @Test
    void refusesALargeCommandThatWouldChangeItsConnection() throws IOException {
        String large = "x".repeat(4 * ClientSession.LARGE_BYTES);
        String set = command("SET", "a", large);
        String refused = "-ERR a command of this name may have at most " + ClientSession.LARGE_BYTES + " bytes\r\n";
        try (ScriptedRedis redis = new ScriptedRedis(
                CLIENTS, BULK, server -> server.expect(bytes(set)).send(bytes("+OK\r\n")))) {
            ScriptedPeer taken = redis.client().send(bytes(set));
            for (String name : new String[] {"AUTH", "SELECT", "CLIENT", "SUBSCRIBE", "RESET", "MULTI"}) {
                ScriptedPeer peer =
                        redis.client().send(bytes(command(name, large))).expectEnd();
                redis.pass(SECOND);
                assertEquals(refused, received(peer), name);
                assertTrue(peer.isDone(), name);
                peer.close();
            }
            assertEquals("+OK\r\n", received(taken));
            assertEquals(1, redis.servers.size());
        }
    }

    @Test
    void refusesALargeCommandThatWouldChangeAConnectionOfItsOwn() throws IOException {
        String watch = command("WATCH", "a");
        String auth = command("AUTH", "x".repeat(4 * ClientSession.LARGE_BYTES));
        try (ScriptedRedis redis = new ScriptedRedis(
                CLIENTS, BULK, server -> server.expect(bytes(watch)).send(bytes("+OK\r\n")))) {
            ScriptedPeer client = redis.client().send(bytes(watch));
            redis.pass(SECOND);
            client.send(bytes(auth)).expectEnd();
            redis.pass(SECOND);
            assertTrue(client.isDone());
            assertTrue(received(client).startsWith("+OK\r\n-ERR a command of this name"), received(client));
            assertEquals(watch.length(), redis.servers.get(0).received().length);
        }
    }

    @Test
    void refusesStringsAboveTheLimitOfCommandsAndReplies() throws IOException {
        String get = command("GET", "a");
        String value = "x".repeat(1000);
        String fits = "$1000\r\n" + value + "\r\n";
        int[] connections = new int[1];
        try (ScriptedRedis redis = new ScriptedRedis(
                CLIENTS,
                1000,
                server -> server.expect(bytes(get))
                        .send(bytes(connections[0]++ == 0 ? "$1001\r\n" + value + "x\r\n" : fits)))) {
            ScriptedPeer tooLong = redis.client()
                    .send(bytes("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1001\r\n"))
                    .expectEnd();
            ScriptedPeer concerned = redis.client().send(bytes(get)).expectReset();
            redis.pass(SECOND);
            assertEquals("-ERR Protocol error: invalid bulk length\r\n", received(tooLong));
            assertTrue(tooLong.isDone() && concerned.isDone());
            ScriptedPeer next = redis.client().send(bytes(get));
            redis.pass(SECOND);
            assertEquals(fits, received(next));
            next.close();
            tooLong.close();
            assertEquals(2, redis.servers.size());
        }
    }

    @Test
    void resetsClientsAboveTheLimit() throws IOException {
        try (ScriptedRedis redis =
                new ScriptedRedis(2, BULK, server -> server.expect(bytes(PING)).send(bytes(PONG)))) {
            ScriptedPeer first = redis.client();
            ScriptedPeer second = redis.client();
            redis.pass(SECOND);
            ScriptedPeer third = redis.client().expectReset();
            redis.pass(SECOND);
            assertTrue(third.isDone());
            first.close();
            redis.pass(SECOND);
            ScriptedPeer fourth = redis.client().send(bytes(PING));
            redis.pass(SECOND);
            assertEquals(PONG, received(fourth));
            assertFalse(second.received().length > 0);
        }
    }
}
