package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** The proxy between {@code redis-server} and clients that know nothing of it. */
@Tag("interop")
@Timeout(120)
class RedisProxyInteropTest {
    private static final int PATIENCE_SECONDS = 20;

    /** Lines that must be answered in the same way with and without the proxy; {@code ~} ends a line. */
    private static final List<String> CONVERSATIONS = List.of(
            "PING~SET a 1~GET a~INCR a~GET nothing~LRANGE a 0 1~NOSUCH x~QUIT~",
            "FLUSHALL~MULTI~SET a 5~INCR a~GET a~EXEC~GET a~QUIT~",
            "MULTI~SET a~EXEC~GET a~MULTI~DISCARD~DISCARD~EXEC~QUIT~",
            "WATCH a~MULTI~SET a 3~EXEC~UNWATCH~GET a~QUIT~",
            "RPUSH l 1 2 3~BLPOP l 1~BLPOP l 1~LLEN l~BLPOP nothing 0.05~PING~QUIT~",
            "SELECT 0~SET a 1~SELECT 3~GET a~SET a 3~GET a~FLUSHDB~QUIT~",
            "SUBSCRIBE c d~UNSUBSCRIBE~PING~QUIT~",
            "AUTH nobody~SELECT 99999~PING~QUIT~",
            "XADD s 1-1 f v~XREAD COUNT 1 STREAMS s 0~XREAD BLOCK 10 STREAMS s $~DEL s~QUIT~",
            "*3~$3~SET~$1~b~$6~he~lo~*2~$3~GET~$1~b~QUIT~",
            "HELLO 4~PING~HELLO 2 SETNAME~PING~QUIT~",
            "~*0~PING~*-1~PING~QUIT~",
            "CLIENT SETNAME me~CLIENT GETNAME~QUIT~",
            "EVAL \u007breturn\u007d 0~HSET h f v~HGETALL h~DEL h~QUIT~",
            "PING~*1~PING~");

    @TempDir
    private Path folder;

    private static Jedis client(int port, RedisProtocol protocol) {
        return new Jedis(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .socketTimeoutMillis(PATIENCE_SECONDS * 1000)
                        .build());
    }

    private static Jedis client(RedisRig rig) {
        return client(rig.proxyPort(), RedisProtocol.RESP2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void answersAsTheServerDoes(String transport) throws Exception {
        try (RedisRig rig = new RedisRig(folder, transport, 2, 8)) {
            for (String conversation : CONVERSATIONS) {
                String direct = RedisRig.answer(rig.serverPort(), conversation);
                RedisRig.answer(rig.serverPort(), "FLUSHALL~QUIT~");
                String through = RedisRig.answer(rig.proxyPort(), conversation);
                RedisRig.answer(rig.serverPort(), "FLUSHALL~QUIT~");
                assertEquals(direct, through, conversation);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void keepsManyClientsApart(String transport) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (RedisRig rig = new RedisRig(folder, transport, 2, 8)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int number = i;
                clients.add(threads.submit(() -> talk(rig, number)));
            }
            for (Future<?> client : clients) {
                client.get(); // each answer is waited for with patience
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Reads and writes its own keys, in all the ways that share or own a connection, and checks each answer. */
    private static Void talk(RedisRig rig, int number) {
        SplittableRandom random = new SplittableRandom(number);
        String key = "key" + number;
        try (Jedis redis = client(rig.proxyPort(), number % 2 == 0 ? RedisProtocol.RESP2 : RedisProtocol.RESP3)) {
            for (int round = 0; round < 100; round++) {
                String value =
                        number + ":" + round + ":" + "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 100_000 : 20));
                switch (random.nextInt(4)) {
                    case 0 -> redis.set(key, value);
                    case 1 -> {
                        Transaction transaction = redis.multi();
                        Response<String> set = transaction.set(key, value);
                        Response<String> get = transaction.get(key);
                        transaction.exec();
                        assertEquals("OK", set.get());
                        assertEquals(value, get.get());
                    }
                    case 2 -> {
                        Pipeline pipeline = redis.pipelined();
                        for (int i = 0; i < 20; i++) {
                            pipeline.set(key, value + i);
                        }
                        pipeline.set(key, value);
                        pipeline.sync();
                    }
                    default -> {
                        redis.rpush(key + "list", value);
                        assertEquals(List.of(key + "list", value), redis.blpop(1, key + "list"));
                        redis.set(key, value);
                    }
                }
                assertEquals(value, redis.get(key));
            }
        }
        return null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void doesNotCommitATransactionWhoseKeyChanged(String transport) throws Exception {
        try (RedisRig rig = new RedisRig(folder, transport, 1, 8);
                Jedis one = client(rig);
                Jedis other = client(rig)) {
            one.watch("k");
            other.set("k", "other");
            Transaction transaction = one.multi();
            transaction.set("k", "one");
            assertNull(transaction.exec());
            assertEquals("other", one.get("k"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void deliversMessagesAndHoldsNobodyElseUp(String transport) throws Exception {
        BlockingQueue<String> received = new ArrayBlockingQueue<>(10);
        try (RedisRig rig = new RedisRig(folder, transport, 1, 8);
                Jedis subscriber = client(rig);
                Jedis blocked = client(rig);
                Jedis publisher = client(rig)) {
            JedisPubSub listener = new JedisPubSub() {
                @Override
                public void onSubscribe(String channel, int count) {
                    received.add("subscribed " + channel);
                }

                @Override
                public void onMessage(String channel, String message) {
                    received.add(channel + " " + message);
                    unsubscribe();
                }
            };
            CompletableFuture<Void> subscription =
                    CompletableFuture.runAsync(() -> subscriber.subscribe(listener, "news"));
            assertEquals("subscribed news", received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            CompletableFuture<List<String>> popped = CompletableFuture.supplyAsync(() -> blocked.blpop(0, "queue"));
            assertEquals(1, publisher.publish("news", "hello"));
            assertEquals("news hello", received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            publisher.rpush("queue", "element");
            assertEquals(List.of("queue", "element"), popped.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            subscription.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void carriesAValueOf100Megabytes(String transport) throws Exception {
        byte[] value = new byte[100_000_000];
        new java.util.Random(1).nextBytes(value);
        byte[] key = "large".getBytes(ISO_8859_1);
        try (RedisRig rig = new RedisRig(folder, transport, 1, 8);
                Jedis redis = client(rig)) {
            assertEquals("OK", redis.set(key, value));
            assertArrayEquals(value, redis.get(key));
            assertEquals("PONG", redis.ping());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void refusesWhatItCannotDoAndGoesOn(String transport) throws Exception {
        try (RedisRig rig = new RedisRig(folder, transport, 1, 8)) {
            assertEquals(
                    "+PONG\r\n-ERR WAIT is not supported through this proxy\r\n"
                            + "-ERR CLIENT REPLY is not supported through this proxy\r\n+OK\r\n+PONG\r\n"
                            + "-ERR PSYNC is not supported through this proxy\r\n+RESET\r\n+OK\r\n",
                    RedisRig.answer(
                            rig.proxyPort(),
                            "PING~WAIT 0 0~CLIENT REPLY OFF~CLIENT SETINFO LIB-NAME x~PING~PSYNC ? -1~RESET~QUIT~"));
            assertEquals(
                    "+PONG\r\n-ERR Protocol error: expected '$', got 'P'\r\n",
                    RedisRig.answer(rig.proxyPort(), "PING~*1~PING~"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void failsCommandsWhileTheServerIsGoneAndServesAgainAfterwards(String transport) throws Exception {
        try (RedisRig rig = new RedisRig(folder, transport, 1, 8);
                Jedis redis = client(rig);
                Jedis waiting = client(rig)) {
            assertEquals("PONG", redis.ping());
            CompletableFuture<List<String>> popped = CompletableFuture.supplyAsync(() -> waiting.blpop(0, "queue"));
            while (!RedisRig.answer(rig.serverPort(), "CLIENT LIST~QUIT~").contains("cmd=blpop")) {
                Thread.onSpinWait();
            }
            rig.killServer();
            JedisDataException refused = assertThrows(JedisDataException.class, redis::ping);
            assertTrue(refused.getMessage().startsWith("ERR the "), refused.getMessage());
            assertTrue(assertThrows(Exception.class, popped::get).getCause() instanceof JedisConnectionException);
            rig.startServer();
            String answer = "";
            while (!answer.equals("PONG")) {
                try {
                    answer = redis.ping();
                } catch (JedisDataException e) {
                    assertTrue(e.getMessage().startsWith("ERR the "), e.getMessage());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void failsAPinWhenNoConnectionBecomesFree(String transport) throws Exception {
        try (RedisRig rig = new RedisRig(folder, transport, 1, 1);
                Jedis first = client(rig);
                Jedis second = client(rig)) {
            first.watch("k");
            JedisDataException refused = assertThrows(JedisDataException.class, () -> second.watch("k"));
            assertEquals("ERR no connection to the server became free in time", refused.getMessage());
            first.unwatch();
            assertEquals("OK", second.watch("k"));
        }
    }
}
