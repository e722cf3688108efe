package io.eventloop.samples.redis;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * What a command means for the connection it is sent on. Most mean nothing, and may share a connection with those of
 * other clients; the rest is in the table here.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> none; a command that is not in the table is one of the {@link #SHARED}.
 */
enum CommandKind {
    /** Leaves nothing behind on the connection. */
    SHARED,
    /** Opens a transaction. */
    MULTI("MULTI"),
    /** Ends a transaction and its watches. */
    EXEC("EXEC"),
    /** The same without running it. */
    DISCARD("DISCARD"),
    /** Watches keys for the transaction to come. */
    WATCH("WATCH"),
    /** Ends the watches. */
    UNWATCH("UNWATCH"),
    /** Holds its reply back until something happens. */
    BLOCKING("BLPOP BRPOP BLMOVE BLMPOP BRPOPLPUSH BZPOPMIN BZPOPMAX BZMPOP"),
    /** The same if it has the word {@code BLOCK}. */
    MAY_BLOCK("XREAD XREADGROUP"),
    /** Changes the connection in ways only the server follows: it is the client's own from here on. */
    OWN("SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR AUTH READONLY READWRITE"
            + " ASKING"),
    /** The same unless it selects the database that is selected. */
    SELECT("SELECT"),
    /** Chooses the protocol's version; the same as {@link #OWN} with more words. */
    HELLO("HELLO"),
    /** {@code SETINFO} is answered here, {@code REPLY} refused, the rest is {@link #OWN}. */
    CLIENT("CLIENT"),
    /** Ends the connection. */
    QUIT("QUIT"),
    /** Takes back all that was changed on the connection. */
    RESET("RESET"),
    /** Waits for what was written on this connection, which the proxy does not know. */
    WAIT("WAIT WAITAOF"),
    /** Is for servers among themselves. */
    REFUSED("SYNC PSYNC REPLCONF");

    private record Name(long first, long second, CommandKind kind) {}

    private static final Long2ObjectHashMap<Name> TABLE = new Long2ObjectHashMap<>();

    static {
        for (CommandKind kind : values()) {
            for (String name : kind.names.split(" ")) {
                Name entry = new Name(part(name, 0), part(name, 1), kind);
                if (TABLE.put(mix(entry.first, entry.second), entry) != null) {
                    throw new AssertionError(name + " has the key of another name");
                }
            }
        }
    }

    private final String names;

    CommandKind(String names) {
        this.names = names;
    }

    CommandKind() {
        this("");
    }

    /** The kind of a command of which at least the name is known. */
    static CommandKind of(RespCommand command) {
        if (command.length(0) > 2 * Long.BYTES) {
            return SHARED;
        }
        long first = command.name(0);
        long second = command.name(1);
        Name entry = TABLE.get(mix(first, second));
        return entry != null && entry.first == first && entry.second == second ? entry.kind : SHARED;
    }

    private static long part(String name, int part) {
        long key = 0;
        for (int i = 8 * part; i < Math.min(name.length(), 8 * part + 8); i++) {
            key = key << 8 | name.charAt(i);
        }
        return key;
    }

    private static long mix(long first, long second) {
        return first ^ Long.rotateLeft(second, 17);
    }
}
