package io.eventloop.samples.redis;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/**
 * One client: takes its commands one by one and sends each where it belongs.
 *
 * <pre>
 *   shared ──MULTI, WATCH, BLPOP, a large command──► pinned ──SELECT, AUTH, SUBSCRIBE──► own
 *     ▲  └──────────SELECT, AUTH, SUBSCRIBE─────────────┼────────────────────────────────►│
 *     └────────────────all answered, nothing left───────┘                    (a relay, to the end)
 * </pre>
 *
 * <p>Commands that change the way wait until all before them are answered, and so do those answered here, so that
 * replies keep their order. While the session waits for anything it does not read, and commands stay in the
 * connection's inbound bytes.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> its connection's handler; owns its pin.
 *
 * <p><b>Failure:</b> a command that cannot be carried out gets an error, a stream that is not RESP an error and the end.
 */
final class ClientSession implements ConnectionHandler {
    /** Commands of one client sent and not answered; it is not read beyond it. */
    static final int MAX_UNANSWERED = 1024;

    /** A command that is not whole within this much has a connection to itself, and is passed on as it comes. */
    static final int LARGE_BYTES = 32 << 10;

    private static final byte[] OK = Text.simple("OK");
    private static final byte[] RESET_DONE = Text.simple("RESET");
    private static final byte[] LOST =
            Text.error("the connection to the server was lost; the command may have been executed");

    /** What a session waits for before it takes the next command. */
    private enum Wait {
        NOTHING,
        /** All that was sent is answered. */
        ANSWERS,
        /** A connection to the server, or room in it. */
        UPSTREAM
    }

    private final RedisLoop redis;
    private Connection client;
    private int protocol = 2;
    private SharedUpstream shared;
    private Pin pin;
    private int unanswered;
    private String failure = "";
    private byte[] lastWords = {};
    private Wait wait = Wait.NOTHING;
    private boolean ending;
    private boolean over;

    ClientSession(RedisLoop redis) {
        this.redis = redis;
    }

    RedisLoop redis() {
        return redis;
    }

    int protocol() {
        return protocol;
    }

    Connection connection() {
        return client;
    }

    @Override
    public void onOpen(Connection connection) {
        client = connection;
        shared = redis.shared(protocol, client.id());
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        try {
            boolean more = true;
            while (more && !over && !isHeld()) {
                more = step(in);
            }
        } catch (RespException e) {
            redis.countRefused();
            lastWords = Text.error(e.getMessage());
            endWhenQuiet();
        }
        if (!over && isHeld()) {
            client.pauseReading();
        }
    }

    private boolean isHeld() {
        return wait != Wait.NOTHING || ending || unanswered >= MAX_UNANSWERED || !client.isWritable();
    }

    /** Takes no more commands, and closes once those taken are answered. */
    private void endWhenQuiet() {
        ending = true;
        if (unanswered == 0 && (pin == null || pin.isQuiet())) {
            client.write(lastWords);
            client.close();
        }
    }

    /** Deals with one command; false if it took all there was, or has to wait for more bytes, or for its turn. */
    private boolean step(Buffer in) throws RespException {
        if (pin != null) {
            return pin.step(in);
        }
        RespCommand command = redis.command();
        if (!command.find(in)) {
            if (in.readableBytes() < LARGE_BYTES) {
                return false;
            }
            requireLargeAllowed(command);
            return pinned(in, in.readableBytes());
        }
        if (command.arguments() == 0) {
            in.skip(command.bytes());
            return true;
        }
        return switch (CommandKind.of(command)) {
            case SHARED, EXEC, DISCARD, UNWATCH -> send(in, command.bytes());
            case MULTI, WATCH, BLOCKING -> pinned(in, command.bytes());
            case MAY_BLOCK -> blocks(command) ? pinned(in, command.bytes()) : send(in, command.bytes());
            case SELECT ->
                command.arguments() == 2 && command.word(1).equals("0")
                        ? send(in, command.bytes())
                        : pinned(in, command.bytes());
            case HELLO -> hello(in, command);
            case OWN, CLIENT -> own(in, command);
            default -> here(in, command);
        };
    }

    /** A command too large to wait for must not change the connection: that is known from its name. */
    static void requireLargeAllowed(RespCommand command) throws RespException {
        CommandKind kind = command.places() == 0 ? CommandKind.REFUSED : CommandKind.of(command);
        if (kind != CommandKind.SHARED && kind != CommandKind.BLOCKING && kind != CommandKind.MAY_BLOCK) {
            throw new RespException("a command of this name may have at most " + LARGE_BYTES + " bytes");
        }
    }

    static boolean blocks(RespCommand command) {
        for (int i = 1; i < command.places(); i++) {
            if (command.length(i) == 5 && command.word(i).equals("BLOCK")) {
                return true;
            }
        }
        return false;
    }

    private boolean send(Buffer in, int bytes) {
        if (!failure.isEmpty()) {
            return fail(in, bytes);
        }
        boolean more = bytes < in.readableBytes();
        unanswered++;
        if (!shared.send(this, in, bytes)) {
            unanswered--;
            wait = Wait.UPSTREAM;
            return false;
        }
        redis.countShared();
        return more;
    }

    private boolean fail(Buffer in, int bytes) {
        if (!isQuiet()) {
            return false;
        }
        client.write(Text.error(failure));
        failure = "";
        if (bytes > in.readableBytes() || bytes >= LARGE_BYTES) {
            client.close();
        }
        in.skip(Math.min(bytes, in.readableBytes()));
        return true;
    }

    /** Whether all that was sent is answered; if not, the session waits for that. */
    private boolean isQuiet() {
        if (unanswered > 0) {
            wait = Wait.ANSWERS;
        }
        return unanswered == 0;
    }

    private boolean hello(Buffer in, RespCommand command) {
        if (command.arguments() > 2) {
            return pinned(in, command.bytes());
        }
        String version = command.arguments() == 2 ? command.word(1) : "";
        if (!version.equals("2") && !version.equals("3")) {
            return send(in, command.bytes());
        }
        if (!isQuiet()) {
            return false;
        }
        protocol = version.charAt(0) - '0';
        shared = redis.shared(protocol, client.id());
        return send(in, command.bytes());
    }

    private boolean own(Buffer in, RespCommand command) {
        return isAnsweredHere(command) ? here(in, command) : pinned(in, command.bytes());
    }

    /** {@code CLIENT SETINFO} only names the client's library; {@code CLIENT REPLY} would leave commands unanswered. */
    static boolean isAnsweredHere(RespCommand command) {
        CommandKind kind = CommandKind.of(command);
        if (kind != CommandKind.CLIENT) {
            return kind == CommandKind.QUIT
                    || kind == CommandKind.RESET
                    || kind == CommandKind.WAIT
                    || kind == CommandKind.REFUSED;
        }
        String word = command.arguments() > 1 ? command.word(1) : "";
        return word.equals("SETINFO") || word.equals("REPLY");
    }

    /** Answers a command without the server, once all before it are answered. */
    boolean here(Buffer in, RespCommand command) {
        if (!isQuiet()) {
            return false;
        }
        CommandKind kind = CommandKind.of(command);
        switch (kind) {
            case QUIT -> {
                client.write(OK);
                client.close();
            }
            case RESET -> {
                protocol = 2;
                shared = redis.shared(protocol, client.id());
                client.write(RESET_DONE);
            }
            case CLIENT -> {
                if (command.word(1).equals("SETINFO")) {
                    client.write(OK);
                } else {
                    refuse("CLIENT REPLY");
                }
            }
            default -> refuse(command.word(0));
        }
        in.skip(command.bytes());
        return true;
    }

    private void refuse(String name) {
        redis.countRefused();
        client.write(Text.error(name + " is not supported through this proxy"));
    }

    private boolean pinned(Buffer in, int bytes) {
        if (!failure.isEmpty()) {
            return fail(in, bytes);
        }
        if (!isQuiet()) {
            return false;
        }
        wait = Wait.UPSTREAM;
        pin = new Pin(this);
        pin.begin();
        return wait == Wait.NOTHING;
    }

    /** There is no connection to be had for a pin. */
    void pinRefused(String why) {
        pin = null;
        failure = why;
        goOn();
    }

    /** The pin has done its work. */
    void unpinned() {
        pin = null;
    }

    /** A shared connection can be used, or could not be made. */
    void upstreamChanged(String why) {
        failure = why;
        goOn();
    }

    /** Waits until {@link #goOn}. */
    void await() {
        wait = Wait.UPSTREAM;
    }

    /** What it waited for has come: reads again. */
    void goOn() {
        wait = Wait.NOTHING;
        if (over) {
            return;
        }
        if (ending) {
            endWhenQuiet();
        } else if (!isHeld()) {
            client.resumeReading();
        }
    }

    /** A reply is whole; its bytes follow. */
    void answered() {
        unanswered--;
    }

    /** A reply, or part of one; false if the client is not to get more for now. */
    boolean reply(Buffer bytes) {
        if (over) {
            bytes.release();
            return true;
        }
        boolean more = client.write(bytes);
        afterReply();
        return more;
    }

    private void afterReply() {
        boolean answersCame = unanswered == 0 && (ending || wait == Wait.ANSWERS);
        if (answersCame || (wait == Wait.NOTHING && client.isReadingPaused() && unanswered <= MAX_UNANSWERED / 2)) {
            goOn();
        }
    }

    /** The shared connection broke before a reply was whole. */
    void lost(boolean partly) {
        unanswered--;
        if (over) {
            return;
        }
        if (partly) {
            cut();
            return;
        }
        client.write(LOST);
        afterReply();
    }

    /** Ends it at once. */
    void cut() {
        if (!over) {
            client.abort();
        }
    }

    @Override
    public void onWritable(Connection connection) {
        shared.wayIsClear(this);
        if (pin != null) {
            pin.clientWritable();
        }
        if (!isHeld()) {
            client.resumeReading();
        }
    }

    /** As with Redis itself, what was sent before is still answered, but nobody waits for a command that blocks. */
    @Override
    public void onInputClosed(Connection connection) {
        if (pin != null && pin.isBlocked()) {
            client.close();
        } else {
            endWhenQuiet();
        }
    }

    @Override
    public void onDrain(Connection connection) {
        if (pin == null || !pin.isOpen()) {
            endWhenQuiet();
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        over = true;
        shared.forget(this);
        if (pin != null) {
            pin.clientGone();
        }
    }
}
