package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.Delivery;
import io.eventloop.EventLoop;
import io.eventloop.Timer;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.h1.BodyFraming;
import io.eventloop.testing.SeededRandom;
import java.nio.charset.StandardCharsets;

/** One request with a token of its own, that checks whatever it is told. */
final class TokenExchange implements ResponseListener {
    private final ClientScenario scenario;
    private final SeededRandom random;
    private final String token;
    private final Timer timer;
    private final StringBuilder content = new StringBuilder();
    private ClientRequest request;
    private Exchange exchange;
    private HttpClientException failure;
    private int heads;
    private int completions;
    private boolean cancelled;
    private boolean isCompleted;
    private boolean paused;
    private boolean isRedirect;
    private boolean isUntilClose;
    private int sourcesRunning;

    TokenExchange(ClientScenario scenario, String token) {
        this.scenario = scenario;
        this.token = token;
        random = scenario.random();
        timer = scenario.loop().timer(this::act);
    }

    String token() {
        return token;
    }

    void begin(ClientRequest asked) {
        request = asked;
        exchange = scenario.client().send(asked, this);
        if (completions == 0 && !cancelled && random.nextInt(6) == 0) {
            timer.scheduleNanos(random.nextLong(1_000_000_000));
        }
    }

    /** Is cancelled by somebody. */
    void giveUp() {
        if (exchange != null && completions == 0 && !cancelled) {
            cancel();
        }
    }

    /** Is paused by somebody. */
    void holdBack() {
        if (exchange != null && completions == 0 && !cancelled) {
            paused = true;
            exchange.pause();
        }
    }

    /** Is resumed by somebody. */
    void goOn() {
        if (exchange != null) {
            paused = false;
            exchange.resume();
        }
    }

    void endOfCallback() {
        scenario.endOfCallback();
    }

    /** Goes on, or gives up. */
    private void act() {
        if (paused && random.nextInt(3) > 0) {
            paused = false;
            exchange.resume();
        } else if (completions == 0) {
            cancel();
        }
    }

    private void cancel() {
        // Its source hears of it within, and may ask for it again.
        cancelled = true;
        scenario.require(exchange.cancel(), token + " could not be cancelled");
        timer.cancel();
    }

    @Override
    public void onInterim(Exchange of, HttpResponse interim) {
        scenario.require(completions == 0 && heads == 0 && !cancelled, token + " was told late of " + interim);
        exchange = of;
        endOfCallback();
    }

    @Override
    public void onHead(Exchange of, HttpResponse response) {
        exchange = of;
        heads++;
        scenario.require(heads == 1 && completions == 0 && !cancelled, token + " was told " + heads + " heads");
        isRedirect = response.status().code() == 302;
        isUntilClose = response.bodyLength() == BodyFraming.UNTIL_CLOSE;
        String whose = response.headers().first(TokenServer.TOKEN).orElse("none");
        scenario.require(isRedirect || whose.equals(token), token + " was told the response to " + whose);
        if (random.nextInt(30) == 0) {
            cancel();
        }
        endOfCallback();
    }

    @Override
    public void onData(Exchange of, Buffer in) {
        scenario.require(heads == 1 && completions == 0 && !cancelled && !paused, token + " was told content");
        int count = random.nextInt(5) == 0 ? 1 + random.nextInt(in.readableBytes()) : in.readableBytes();
        if (random.nextInt(4) == 0) {
            // Looked at before: after a whole detach the buffer is not ours any more.
            boolean leavesSome = count < in.readableBytes();
            Buffer taken = in.detach(count);
            content.append(taken.toString(StandardCharsets.ISO_8859_1));
            taken.release();
            if (leavesSome) {
                hold(of);
            }
            endOfCallback();
            return;
        }
        byte[] bytes = new byte[count];
        in.readBytes(bytes, 0, count);
        content.append(new String(bytes, StandardCharsets.ISO_8859_1));
        if (in.isReadable() || random.nextInt(10) == 0) {
            hold(of);
        }
        if (random.nextInt(40) == 0) {
            timer.cancel();
            cancel();
        }
        endOfCallback();
    }

    private void hold(Exchange of) {
        paused = true;
        of.pause();
        timer.scheduleNanos(random.nextLong(300_000_000));
    }

    @Override
    public void onComplete(Exchange of, HttpHeaders trailers) {
        isCompleted = true;
        complete();
        scenario.require(heads == 1, token + " is complete without a head");
        String expected = (token + "|").repeat(content.length() / (token.length() + 1));
        if (isUntilClose && scenario.isSecure()) {
            // TLS tells the end from a cut; only a server that ends it in order can make a part look like the whole.
            boolean isWhole =
                    content.toString().equals(scenario.server().contents.get(token));
            scenario.require(isWhole || scenario.server().cut.contains(token), token + " took a part for the whole");
        } else if (isUntilClose) {
            // Where the end of the connection is that of the content, a part cannot be told from the whole.
            scenario.require((token + "|").repeat(5001).startsWith(content.toString()), token + " got " + content);
        } else if (!isRedirect) {
            boolean isHead = request.method() == HttpMethod.HEAD;
            scenario.require(content.toString().equals(expected), token + " got " + content);
            scenario.require(isHead == (content.length() == 0), token + " got no content");
        }
        endOfCallback();
    }

    @Override
    public void onFailed(Exchange of, HttpClientException why) {
        failure = why;
        complete();
        endOfCallback();
    }

    private void complete() {
        completions++;
        timer.cancel();
        scenario.require(completions == 1 && !cancelled, token + " was completed more than once");
    }

    SeededRandom random() {
        return random;
    }

    EventLoop loop() {
        return scenario.loop();
    }

    void sourceStarted() {
        sourcesRunning++;
        scenario.require(sourcesRunning == 1, token + " has several sources");
    }

    void sourceEnded() {
        sourcesRunning--;
    }

    /** What can be known when all is over. */
    void check() {
        scenario.require(cancelled != (completions == 1), token + " was completed " + completions + " times");
        scenario.require(sourcesRunning == 0, token + " has a source that was not told of the end");
        boolean wasSeen = scenario.server().seen.contains(token);
        boolean wasNotSent = failure != null && failure.delivery() == Delivery.NOTHING_SENT;
        scenario.require(!wasNotSent || !wasSeen, token + " was sent after all: " + failure);
        scenario.require(!isCompleted || wasSeen, token + " was answered and never received");
    }
}
