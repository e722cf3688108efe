package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.tls.TlsException.Alert;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * An engine over {@code javax.net.ssl.SSLEngine}.
 *
 * <p><b>Threading:</b> see {@link TlsEngine}. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link TlsException}, for whatever the JDK throws. A call of the JDK's engine that neither moves bytes nor
 * changes its state is a failure too: it must not be called in vain for ever.
 */
final class JdkEngine implements TlsEngine {
    private static final int RECORD_HEADER_BYTES = 5;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Alerts and what belongs to them; more rounds are a loop. */
    private static final int LAST_ROUNDS = 4;

    /** More than the JDK ever puts behind each other. */
    private static final int MAX_CAUSES = 8;

    private final SSLEngine engine;
    private final String serverName;
    private final RecordBudget budget = new RecordBudget();
    private HelloObserver hellos = new HelloObserver();
    private InputState inputState = InputState.OPEN;
    private TlsInfo info;
    private boolean closing;

    /** The JDK's engine refused something, and has an alert for it. */
    private boolean failed;

    /** What it would have done was refused here. It cannot be given an alert to send. */
    private boolean refused;

    JdkEngine(SSLEngine engine, String serverName) {
        this.engine = engine;
        this.serverName = serverName;
    }

    /** Begins the handshake of a client. */
    JdkEngine begin() {
        try {
            engine.beginHandshake();
            return this;
        } catch (SSLException e) {
            throw new IllegalArgumentException("no handshake can begin with these settings: " + e.getMessage(), e);
        }
    }

    @Override
    public Need feed(Buffer ciphertext, Buffer plaintext) throws TlsException {
        try {
            return work(ciphertext, plaintext);
        } catch (TlsException e) {
            refused = !failed;
            throw e;
        }
    }

    private Need work(Buffer ciphertext, Buffer plaintext) throws TlsException {
        while (inputState == InputState.OPEN) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                return Need.TASK;
            }
            if (status == HandshakeStatus.NEED_WRAP) {
                return Need.DRAIN;
            }
            int length = recordLength(ciphertext);
            if (length == 0) {
                return Need.INPUT;
            }
            if (isEstablished() && plaintext.writableBytes() < length) {
                return Need.ROOM;
            }
            unwrap(ciphertext, length, plaintext);
        }
        return Need.INPUT;
    }

    /** Of the next record, its header included; 0 if it is not whole. */
    private static int recordLength(Buffer ciphertext) throws TlsException {
        int there = ciphertext.readableBytes();
        if (there == 0) {
            return 0;
        }
        int type = ciphertext.getByte(ciphertext.readIndex()) & 0xFF;
        if (type < 20 || type > 23) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "not TLS: a record of type " + type);
        }
        if (there < RECORD_HEADER_BYTES) {
            return 0;
        }
        int length = RECORD_HEADER_BYTES + (ciphertext.getShort(ciphertext.readIndex() + 3) & 0xFFFF);
        if (length > MAX_RECORD_BYTES) {
            throw new TlsException(Alert.RECORD_OVERFLOW, "a record of " + length + " bytes");
        }
        return there < length ? 0 : length;
    }

    private void unwrap(Buffer ciphertext, int length, Buffer plaintext) throws TlsException {
        JdkScratch scratch = JdkScratch.ofThread();
        ciphertext.getBytes(ciphertext.readIndex(), scratch.in.array(), 0, length);
        scratch.in.position(0).limit(length);
        scratch.out.clear();
        if (!isEstablished()) {
            hellos.observe(scratch.in.array(), length);
        }
        HandshakeStatus before = engine.getHandshakeStatus();
        SSLEngineResult result;
        try {
            result = engine.unwrap(scratch.in, scratch.out);
        } catch (SSLException | RuntimeException e) {
            throw failure(e);
        }
        ciphertext.skip(result.bytesConsumed());
        int produced = result.bytesProduced();
        if (produced > 0) {
            if (!isEstablished()) {
                throw new TlsException(Alert.UNEXPECTED_MESSAGE, "data before the end of the handshake");
            }
            plaintext.writeBytes(scratch.out.array(), 0, produced);
        }
        requireProgress(result, before);
        noteStatus(result);
        budget.received(produced);
        if (engine.isInboundDone()) {
            inputState = InputState.CLOSE_NOTIFY;
        } else {
            refuseRenegotiation();
        }
    }

    private void requireProgress(SSLEngineResult result, HandshakeStatus before) throws TlsException {
        if (result.bytesConsumed() == 0
                && result.bytesProduced() == 0
                && engine.getHandshakeStatus() == before
                && !engine.isInboundDone()
                && !engine.isOutboundDone()) {
            throw new TlsException(Alert.INTERNAL_ERROR, "the engine goes round without progress: " + result);
        }
    }

    private void noteStatus(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && info == null) {
            SSLSession session = engine.getSession();
            String protocol = engine.getApplicationProtocol();
            info = new TlsInfo(
                    session.getProtocol(),
                    session.getCipherSuite(),
                    protocol == null ? "" : protocol,
                    serverName,
                    peerChain(session),
                    hellos.resumed());
            hellos = null;
            budget.established();
        }
    }

    /** The JDK's engine would let a TLS 1.2 peer renegotiate whenever it likes. */
    private void refuseRenegotiation() throws TlsException {
        if (info == null || info.protocol().equals("TLSv1.3")) {
            return;
        }
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
            throw new TlsException(Alert.NO_RENEGOTIATION, "the peer wants to renegotiate");
        }
    }

    private static List<X509Certificate> peerChain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate known) {
                    chain.add(known);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
    }

    @Override
    public int encrypt(Plaintext plaintext, int maxPlaintextBytes, Buffer ciphertext) throws IOException {
        JdkScratch scratch = JdkScratch.ofThread();
        int count = plaintext.take(scratch.in.array(), 0, Math.min(maxPlaintextBytes, MAX_PLAINTEXT_BYTES));
        scratch.in.position(0).limit(count);
        while (scratch.in.hasRemaining()) {
            SSLEngineResult result = wrap(scratch, scratch.in, ciphertext);
            if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                throw new TlsException(Alert.INTERNAL_ERROR, "data cannot be encrypted: " + result);
            }
        }
        return count;
    }

    private SSLEngineResult wrap(JdkScratch scratch, ByteBuffer plaintext, Buffer ciphertext) throws TlsException {
        scratch.out.clear();
        SSLEngineResult result;
        try {
            result = engine.wrap(plaintext, scratch.out);
        } catch (SSLException | RuntimeException e) {
            throw failure(e);
        }
        int produced = result.bytesProduced();
        if (produced > 0) {
            if (!isEstablished()) {
                hellos.observe(scratch.out.array(), produced);
            }
            ciphertext.writeBytes(scratch.out.array(), 0, produced);
        }
        noteStatus(result);
        return result;
    }

    @Override
    public boolean hasOutput() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP || closing && !engine.isOutboundDone();
    }

    @Override
    public void drain(Buffer ciphertext) throws TlsException {
        if (refused) {
            return;
        }
        if (failed) {
            drainAlert(ciphertext);
            return;
        }
        while (hasOutput() && ciphertext.writableBytes() >= MAX_RECORD_BYTES) {
            HandshakeStatus before = engine.getHandshakeStatus();
            SSLEngineResult result = wrap(JdkScratch.ofThread(), NOTHING, ciphertext);
            if (result.bytesProduced() == 0 && closing) {
                return;
            }
            requireProgress(result, before);
        }
    }

    /** After a failure the JDK's engine has an alert, or none. */
    private void drainAlert(Buffer ciphertext) {
        for (int i = 0; i < LAST_ROUNDS && ciphertext.writableBytes() >= MAX_RECORD_BYTES; i++) {
            try {
                if (wrap(JdkScratch.ofThread(), NOTHING, ciphertext).bytesProduced() == 0) {
                    return;
                }
            } catch (TlsException e) {
                // It throws the failure once more before it gives the alert.
                continue;
            }
        }
    }

    private TlsException failure(Exception e) {
        failed = true;
        if (e instanceof SSLException) {
            String root = root(e).getMessage();
            String detail = root != null && !String.valueOf(e.getMessage()).contains(root) ? ": " + root : "";
            return new TlsException(Alert.HANDSHAKE_FAILURE, e.getMessage() + detail, e);
        }
        return new TlsException(Alert.INTERNAL_ERROR, "the JDK's engine failed: " + e, e);
    }

    /** What is behind it all, such as a certificate's dates; what stands in front of it is often only that it failed. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public Runnable handshakeTask() {
        Runnable task = engine.getDelegatedTask();
        return task == null ? () -> {} : task;
    }

    @Override
    public boolean needsTask() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
    }

    @Override
    public boolean isEstablished() {
        return info != null;
    }

    @Override
    public void closeOutbound() {
        closing = true;
        engine.closeOutbound();
    }

    @Override
    public boolean isOutputEnded() {
        return engine.isOutboundDone();
    }

    @Override
    public void endInput() {
        if (inputState == InputState.OPEN) {
            inputState = InputState.TRUNCATED;
            try {
                // Has the JDK forget the session: it must not be resumed.
                engine.closeInbound();
            } catch (SSLException e) {
                // It says what we know.
                failed = true;
            }
        }
    }

    @Override
    public InputState inputState() {
        return inputState;
    }

    @Override
    public TlsInfo info() {
        if (info == null) {
            throw new IllegalStateException("the handshake is not over");
        }
        return info;
    }
}
